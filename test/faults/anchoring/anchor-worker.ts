import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AnchorStep } from './anchor-steps.ts';

/** A worker process that runs. */
export interface AnchorWorker {
  /** Its exit status, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<number | string>;
}

/** Starts a worker, which kills itself at `killAt`; resolves when it works. Rejects with its last words where it ends before. */
export async function startAnchorWorker(
  environment: Readonly<Record<string, string>>,
  killAt?: AnchorStep,
): Promise<AnchorWorker> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker-main.ts')], {
    env: { ...environment, ...(killAt && { KILL_AT: killAt }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let lastWords = '';
  child.stderr.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-4_000)));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  const isReady = once(createInterface({ input: child.stdout }), 'line').then(() => true);
  if (!(await Promise.race([isReady, ended.then(() => false)])))
    throw new Error(`a worker ended with ${await ended} before it worked: ${lastWords}`);
  return {
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
