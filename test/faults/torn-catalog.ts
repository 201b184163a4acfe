import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that are cut off in the middle, as by a copy that was broken off. */
export const tornFiles = {
  check: 'checks/linux/faults-torn-check.yaml',
  runbook: 'runbooks/linux/RB-LIN-FAULT-005.yaml',
} as const;

/** Copies the test's catalogue to `directory` with two files half-written. */
export function writeTornCatalog(projectDirectory: string, directory: string): void {
  cpSync(join(projectDirectory, 'test/faults/catalog'), directory, { recursive: true });
  for (const file of Object.values(tornFiles)) {
    const whole = readFileSync(join(directory, file));
    writeFileSync(join(directory, file), whole.subarray(0, Math.floor(whole.length / 2)));
  }
}
