import Database from 'better-sqlite3';

/**
 * Opens an SQLite file, made where it is missing, so that each change is on disk when it returns (WAL, `synchronous=FULL`) and
 * no other process can use it: the lock goes with this process, however it ends.
 *
 * @param schema statements that are harmless where it was opened before; all of them run, or none
 * @throws what SQLite does; see `isInUse`
 */
export function openDurableFile(file: string, schema: string): Database.Database {
  const db = new Database(file, { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.exec(`begin immediate; ${schema} commit;`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Whether a file could not be opened because another process has it. */
export function isInUse(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED)/.test((error as { code?: string }).code ?? '');
}
