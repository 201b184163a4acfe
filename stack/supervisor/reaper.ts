import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sweepAbandonedInstances } from '../lab/instance.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';
import { endRecordedProcesses } from './process-records.ts';

/**
 * Program: outlives its parent only to clean up. Waits until its standard input closes, which the kernel sees to however
 * the parent ends, SIGKILL included; then ends what is recorded in the directory given as the first argument and removes
 * labs without an owner. After a clean stop it finds nothing. The parent's identity is the second argument, as JSON; a
 * third names a directory to remove afterwards.
 */
const [recordDirectory, owner, scratchDirectory] = process.argv.slice(2);
if (recordDirectory === undefined || owner === undefined)
  throw new Error('usage: reaper RECORD-DIRECTORY OWNER [DIRECTORY]');
const parent = JSON.parse(owner) as ProcessIdentity;
const log = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`);

// Ctrl-C and the like are the parent's to handle; this ends when the parent has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.resume();
process.stdin.once('close', () => {
  void cleanUp();
});

async function cleanUp(): Promise<void> {
  // The kernel closes a dying process's files a moment before the process is gone.
  const deadline = performance.now() + 2_000;
  while (isRunning(parent) && performance.now() < deadline) await sleep(20);
  await endRecordedProcesses(recordDirectory ?? '', log);
  if (process.getuid?.() === 0) await sweepAbandonedInstances(log);
  if (scratchDirectory !== undefined) rmSync(scratchDirectory, { recursive: true, force: true });
  process.exit(0);
}
