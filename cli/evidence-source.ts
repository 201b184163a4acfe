import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRunningPostgres } from '../stack/postgres/find-running.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** Where a command looks for the database and the secrets. */
export interface SourceOptions {
  /** Data directory of a running `malachor up`. */
  dataDirectory: string;
  env: NodeJS.ProcessEnv;
}

/** `DATABASE_URL`, or the address of the database that runs on the data directory. */
export async function resolveDatabaseUrl({ dataDirectory, env }: SourceOptions): Promise<string> {
  const given = env['DATABASE_URL'];
  if (given) return given;
  const running = await findRunningPostgres(join(dataDirectory, 'postgres'));
  if (running) return running.url;
  throw new CommandError(
    `no database runs on ${dataDirectory}`,
    'Start it with `malachor up`, name other data with --data DIR, or set DATABASE_URL.',
    exitCodes.unavailable,
  );
}

/** The key that evidence is signed with, in PEM, from `MALACHOR_SECRETS_DIR` or the data directory. */
export async function readEvidenceKey({ dataDirectory, env }: SourceOptions): Promise<string> {
  const directory = env['MALACHOR_SECRETS_DIR'] ?? join(dataDirectory, 'secrets');
  const file = join(directory, 'evidence-signing.pem');
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandError(
      `the key that signs evidence cannot be read from ${file}`,
      'Run as the user who runs Malachor, or name the directory of secrets in MALACHOR_SECRETS_DIR.',
      exitCodes.unavailable,
      { cause },
    );
  }
}
