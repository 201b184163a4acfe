import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { errorCode } from './error-code.ts';

/** A lock held by this process until it releases it or ends, however it ends. */
export interface ProcessLock {
  release(): void;
}

/**
 * Takes the lock file `file` if no other process holds it; undefined otherwise. The operating system frees the lock when
 * the holder dies (it is SQLite's exclusive file lock), so there are no stale locks.
 */
export function tryLock(file: string): ProcessLock | undefined {
  mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file, { timeout: 0 });
  try {
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (errorCode(error)?.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return {
    release: () => {
      database.close();
    },
  };
}

/** Runs `work` while holding the lock `file`, waiting for it as long as another process has it. */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  let lock = tryLock(file);
  if (!lock) onWait();
  while (!lock) {
    await sleep(250);
    lock = tryLock(file);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
