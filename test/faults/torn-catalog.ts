import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Switches that cannot be healed, each with the file that is cut off in the middle, as by a copy that was broken off. */
export const tornSwitches = [
  { name: 'torn-check', check: 'linux.faults.torn_check', file: 'checks/linux/faults-torn-check.yaml' },
  { name: 'torn-runbook', check: 'linux.faults.torn_runbook', file: 'runbooks/linux/RB-LIN-FAULT-005.yaml' },
];

/** Copies the test's catalogue to `directory` with two files half-written. */
export function writeTornCatalog(projectDirectory: string, directory: string): void {
  cpSync(join(projectDirectory, 'test/faults/catalog'), directory, { recursive: true });
  for (const { file } of tornSwitches) {
    const whole = readFileSync(join(directory, file));
    writeFileSync(join(directory, file), whole.subarray(0, Math.floor(whole.length / 2)));
  }
}
