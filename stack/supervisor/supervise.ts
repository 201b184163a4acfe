import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { StackError } from '../stack-error.ts';
import { forgetProcess, recordProcess } from './process-records.ts';
import type { RunningProcess } from './running-process.ts';

export interface SuperviseOptions {
  name: string;
  /**
   * Starts the part and resolves when it serves. Tells `onSpawn` its process number as soon as there is one, so that it is
   * found and ended even if we are killed while it comes up.
   */
  start: (onSpawn: (pid: number) => void) => Promise<RunningProcess>;
  /** Where process numbers are noted for those who clean up after a kill. */
  recordDirectory: string;
  log: Log;
  /** Wait before the first restart; it doubles up to `maxBackoffMs` and falls back after 20 seconds of life. */
  backoffMs?: number;
  maxBackoffMs?: number;
}

/** A part that is started again whenever it ends without having been asked to. */
export interface SupervisedProcess {
  readonly name: string;
  /** Undefined while it is down. */
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Resolves when it serves; at once if it does. Rejects when it was stopped. */
  untilReady(): Promise<void>;
  /** Sends it a signal; with SIGKILL it is down when this resolves, and will be started again. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it cleanly and leaves it down. Idempotent. */
  stop(): Promise<void>;
  /** Starts it again after `stop`. Resolves when it serves. */
  start(): Promise<void>;
}

const soundLifeMs = 20_000;

/** Starts a part and keeps it running. Rejects where the first start fails; later failures are logged and retried. */
export async function supervise(options: SuperviseOptions): Promise<SupervisedProcess> {
  const { name, recordDirectory, log, backoffMs = 200, maxBackoffMs = 10_000 } = options;
  let current: RunningProcess | undefined;
  let restarts = 0;
  let isWanted = true;
  let nextBackoffMs = backoffMs;
  let loop = Promise.resolve();
  let wake = new AbortController();
  const waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();

  const startOnce = async () => {
    const record = (pid: number) => {
      recordProcess(recordDirectory, name, pid);
    };
    current = await options.start(record);
    record(current.pid);
    for (const { resolve } of waiting) resolve();
    waiting.clear();
  };

  const keepRunning = async () => {
    while (isWanted) {
      if (current) {
        const startedAt = performance.now();
        await current.exited;
        current = undefined;
        forgetProcess(recordDirectory, name);
        if (performance.now() - startedAt > soundLifeMs) nextBackoffMs = backoffMs;
      }
      // Both may change while this waits; the compiler cannot see that.
      if (!(isWanted as boolean)) return;
      log(`${name} ended; starting it again in ${nextBackoffMs} ms`);
      await sleep(nextBackoffMs, undefined, { signal: wake.signal }).catch(() => undefined);
      if (!(isWanted as boolean)) return;
      nextBackoffMs = Math.min(nextBackoffMs * 2, maxBackoffMs);
      restarts += 1;
      try {
        await startOnce();
      } catch (error) {
        log(`${name} could not be started again: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };

  const start = async () => {
    if (current) return;
    isWanted = true;
    wake = new AbortController();
    await startOnce();
    loop = keepRunning();
  };
  await start();

  return {
    name,
    get pid() {
      return current?.pid;
    },
    get restarts() {
      return restarts;
    },
    untilReady: async () => {
      if (current) return;
      if (!isWanted) throw new StackError('process_ended', `${name} was stopped`, `Start ${name} first.`);
      await new Promise<void>((resolve, reject) => waiting.add({ resolve, reject }));
    },
    kill: async (signal) => {
      const target = current;
      await target?.kill(signal);
      // The loop notices the end a moment later; a caller who waits for readiness now must wait for the next life.
      if (signal === 'SIGKILL' && current === target) current = undefined;
    },
    stop: async () => {
      isWanted = false;
      wake.abort();
      await current?.stop();
      await loop;
      // A restart may have been under way while it was asked to stop.
      await current?.stop();
      current = undefined;
      forgetProcess(recordDirectory, name);
      const stopped = new StackError('process_ended', `${name} was stopped`, `Start ${name} first.`);
      for (const { reject } of waiting) reject(stopped);
      waiting.clear();
    },
    start,
  };
}
