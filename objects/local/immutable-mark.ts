import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCodeOf } from './local-error.ts';

const run = promisify(execFile);
const markTimeoutMs = 5_000;

/** Asks the file system to refuse every change of `files`, or to allow it again. Best effort: look with `isImmutable`. */
export async function mark(files: readonly string[], immutable: boolean): Promise<void> {
  try {
    await run('chattr', [immutable ? '+i' : '-i', '--', ...files], {
      timeout: markTimeoutMs,
      killSignal: 'SIGKILL',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    });
  } catch {
    // No such program, right or feature: the level says so.
  }
}

/**
 * Whether the operating system refuses to change `file`. Linux answers EPERM to an immutable file before it looks at
 * permissions (EACCES), for root as for anybody; opening alone changes nothing.
 */
export async function isImmutable(file: string): Promise<boolean> {
  try {
    const handle = await open(file, constants.O_WRONLY | constants.O_NOFOLLOW);
    await handle.close();
    return false;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}

/** Whether files in `directory` can be made immutable, found out by doing it. */
export async function canMark(directory: string): Promise<boolean> {
  const probe = join(directory, `probe-${randomUUID()}`);
  await writeFile(probe, '');
  try {
    await mark([probe], true);
    return await isImmutable(probe);
  } finally {
    await mark([probe], false);
    await unlink(probe);
  }
}
