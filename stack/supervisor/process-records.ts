import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { identifyProcess, isRunning } from './process-identity.ts';

const recordSchema = z.object({ pid: z.number().int().positive(), startTime: z.string() });

/** Notes in `directory` that the part `name` is process `pid`, so that it can be ended should its supervisor be killed. */
export function recordProcess(directory: string, name: string, pid: number): void {
  const identity = identifyProcess(pid);
  // It ended already: there is nothing to find later.
  if (!identity) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${name}.json`), JSON.stringify(identity));
}

export function forgetProcess(directory: string, name: string): void {
  rmSync(join(directory, `${name}.json`), { force: true });
}

/** Sends a signal to the process's group, or to it alone where it leads none; nothing where it has ended. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      continue;
    }
  }
}

const graceMs = 10_000;

/**
 * Ends every recorded process that still runs: SIGTERM, then SIGKILL after ten seconds. A process counts only if its
 * start time is the recorded one, so a stranger who got the number later is left alone.
 */
export async function endRecordedProcesses(directory: string, log: Log): Promise<void> {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => name.endsWith('.json'));
  } catch {
    return;
  }
  await Promise.all(
    names.map(async (name) => {
      const file = join(directory, name);
      const record = recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8') || 'null'));
      if (record.success && isRunning(record.data)) {
        log(
          `ending ${name.slice(0, -'.json'.length)} (process ${record.data.pid}), left by a run that was killed`,
        );
        // A stopped process would not act on the signal.
        signalGroup(record.data.pid, 'SIGCONT');
        signalGroup(record.data.pid, 'SIGTERM');
        const deadline = performance.now() + graceMs;
        while (isRunning(record.data)) {
          if (performance.now() > deadline) signalGroup(record.data.pid, 'SIGKILL');
          await sleep(50);
        }
      }
      rmSync(file, { force: true });
    }),
  );
}
