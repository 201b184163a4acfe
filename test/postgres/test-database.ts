import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../stack/cache.ts';
import { startPostgres, type RunningPostgres } from '../../stack/postgres/start-postgres.ts';

/** Debian's PostgreSQL 15, the oldest major version we promise, on machines that have it. */
const debianPrograms = '/usr/lib/postgresql/15/bin';

/** A Postgres of one test file alone, so that the test may kill it. */
export interface TestDatabase {
  server: RunningPostgres;
  /** Starts the server again on the same data and port after it was killed. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** Every Postgres build this machine can try: name, and directory of its programs unless it is the embedded one. */
export const postgresBuilds: [name: string, binDirectory?: string][] = [
  ['the embedded PostgreSQL'],
  ...(existsSync(debianPrograms)
    ? ([['PostgreSQL 15 of Debian', debianPrograms]] as [string, string][])
    : []),
];

/** Starts a server with an empty database. */
export async function startTestDatabase(binDirectory?: string): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'malachor-postgres-'));
  const options = {
    dataDirectory: join(directory, 'data'),
    cacheDirectory: cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() }),
    log: () => undefined,
    ...(binDirectory !== undefined && { binDirectory }),
  };
  await chmod(directory, 0o711);
  const database: TestDatabase = {
    server: await startPostgres(options),
    restart: async () => {
      database.server = await startPostgres({ ...options, port: database.server.port });
    },
    remove: async () => {
      await database.server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return database;
}
