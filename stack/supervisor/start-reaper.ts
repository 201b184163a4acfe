import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess } from './process-identity.ts';

/**
 * Starts the process that ends everything recorded in `recordDirectory` once this process is gone, however it goes.
 *
 * @param scratchDirectory removed with all in it if this process was killed
 * @returns ends it after a clean stop; resolves when it is gone
 */
export function startReaper(
  recordDirectory: string,
  reaperFile: string,
  scratchDirectory?: string,
): () => Promise<void> {
  mkdirSync(recordDirectory, { recursive: true });
  const log = openSync(join(recordDirectory, 'reaper.log'), 'a', 0o640);
  const owner = JSON.stringify(identifyProcess(process.pid));
  const child = spawn(
    process.execPath,
    [reaperFile, recordDirectory, owner, ...(scratchDirectory === undefined ? [] : [scratchDirectory])],
    {
      detached: true,
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'ignore', log],
    },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
    child.once('error', () => {
      resolve();
    });
  });
  child.unref();
  return async () => {
    child.ref();
    child.kill('SIGKILL');
    await ended;
  };
}
