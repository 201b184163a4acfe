import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What `postmaster.pid` says: written by the server while it runs, left behind when it is killed. */
export interface PostmasterFile {
  pid: number;
  port: number;
  /** Whether the server accepts connections. */
  isReady: boolean;
}

/** Parses `postmaster.pid` (src/include/utils/pidfile.h); undefined where it is not whole yet. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return { pid, port, isReady: lines[7]?.trim() === 'ready' };
}

/** Reads the file of a cluster; undefined where no server runs or was killed. */
export async function readPostmasterFile(clusterDirectory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(clusterDirectory, 'postmaster.pid'), 'utf8').catch(() => '');
  return parsePostmasterFile(text);
}

/**
 * Pid of the server that works on the cluster now, or undefined. A left-behind file whose pid belongs to another
 * program by now, as after a reboot, or to one that has ended and was not reaped, is removed: the server would take that program for itself and refuse to start.
 */
export async function runningServer(clusterDirectory: string): Promise<number | undefined> {
  const file = await readPostmasterFile(clusterDirectory);
  if (!file || !isAlive(file.pid)) return undefined;
  const commandLine = await readFile(`/proc/${file.pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine?.split('\0').includes(clusterDirectory)) return file.pid;
  if (commandLine !== undefined) await rm(join(clusterDirectory, 'postmaster.pid'), { force: true });
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
