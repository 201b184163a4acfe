import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './cached-binaries.ts';
import { applicationRole, databaseName, ownerRole } from './connection-strings.ts';
import { createCredentials, readCredentials, type PostgresCredentials } from './credentials.ts';
import { PostgresError } from './postgres-error.ts';
import type { SystemUser } from './run-as.ts';

/** Cannot log in over the network; reached only by `postgres --single` with access to the files. */
const superuser = 'malachor_superuser';

/** Only the two roles, only to our database, only from this machine, only by SCRAM (RFC 7677). */
const hostBasedAuthentication = `host ${databaseName} ${ownerRole},${applicationRole} 127.0.0.1/32 scram-sha-256\n`;

/** Where a cluster is kept and by whom it is run. */
export interface ClusterPlace {
  /** Holds the files of one server, owned by `user`. */
  clusterDirectory: string;
  credentialsFile: string;
  binaries: PostgresBinaries;
  user: SystemUser | undefined;
}

/** Where in a data directory the cluster and its passwords are. */
export function placesIn(dataDirectory: string): Pick<ClusterPlace, 'clusterDirectory' | 'credentialsFile'> {
  return {
    clusterDirectory: join(dataDirectory, 'cluster'),
    credentialsFile: join(dataDirectory, 'credentials.json'),
  };
}

/**
 * Makes the cluster with its database and roles unless it is there, and returns the passwords.
 * A crash at any point leaves either no cluster or a complete one. Lost passwords are replaced.
 */
export async function prepareCluster(place: ClusterPlace): Promise<PostgresCredentials> {
  const known = await readCredentials(place.credentialsFile);
  const version = await clusterVersion(place.clusterDirectory);
  if (version === undefined) {
    const credentials = known ?? (await createCredentials(place.credentialsFile));
    await initialise(place, credentials);
    return credentials;
  }
  await checkVersion(place, version);
  if (known) return known;
  const credentials = await createCredentials(place.credentialsFile);
  await runSql(place, place.clusterDirectory, passwordStatements('alter', credentials));
  return credentials;
}

/** Environment of the server's programs: nothing of ours, messages in English, libraries beside the programs. */
export function programEnvironment(binaries: PostgresBinaries): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(binaries.libraryDirectory && { LD_LIBRARY_PATH: binaries.libraryDirectory }),
  };
}

async function initialise(place: ClusterPlace, credentials: PostgresCredentials): Promise<void> {
  const building = `${place.clusterDirectory}.initialising`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { mode: 0o700 });
  if (place.user) await chown(building, place.user.uid, place.user.gid);
  const passwordFile = `${place.clusterDirectory}.password`;
  try {
    await writeFile(passwordFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    if (place.user) await chown(passwordFile, place.user.uid, place.user.gid);
    await runProgram(place, 'initdb', [
      `--pgdata=${building}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--data-checksums',
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(join(building, 'pg_hba.conf'), hostBasedAuthentication);
  await runSql(place, building, [
    ...passwordStatements('create', credentials),
    `grant ${applicationRole} to ${ownerRole}`,
    `create database ${databaseName} owner ${ownerRole}`,
    `revoke all on database ${databaseName} from public`,
    `grant connect on database ${databaseName} to ${applicationRole}`,
  ]);
  await rename(building, place.clusterDirectory);
}

function passwordStatements(verb: 'create' | 'alter', credentials: PostgresCredentials): string[] {
  const attributes = 'login nosuperuser nocreatedb nocreaterole nobypassrls';
  return [
    `${verb} role ${ownerRole} ${attributes} password '${credentials.ownerPassword}'`,
    `${verb} role ${applicationRole} ${attributes} password '${credentials.applicationPassword}'`,
  ];
}

/** Runs statements as the superuser on a stopped cluster. They travel on standard input, never in argv. */
async function runSql(place: ClusterPlace, clusterDirectory: string, statements: string[]): Promise<void> {
  await runProgram(
    place,
    'postgres',
    [
      '--single',
      '-D',
      clusterDirectory,
      '-c',
      'exit_on_error=on',
      '-c',
      'password_encryption=scram-sha-256',
      '-c',
      'log_min_error_statement=panic',
      'postgres',
    ],
    statements.map((statement) => `${statement}\n`).join(''),
  );
}

async function runProgram(place: ClusterPlace, program: string, args: string[], input = ''): Promise<void> {
  const child = spawn(join(place.binaries.binDirectory, program), args, {
    cwd: '/',
    env: programEnvironment(place.binaries),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
  });
  let lastWords = '';
  const remember = (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-2_000));
  child.stdout.resume();
  child.stderr.on('data', remember);
  // A program that dies early closes its input; its exit status says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exit = await new Promise<number | string>((settle) => {
    child.once('error', (error) => {
      settle(error.message);
    });
    child.once('close', (code, signal) => {
      settle(code ?? signal ?? 'unknown');
    });
  });
  if (exit === 0) return;
  throw new PostgresError(
    'initialise_failed',
    `${program} ended with ${exit}: ${lastWords.trim()}. Remedy what it names, then start again.`,
  );
}

async function clusterVersion(clusterDirectory: string): Promise<string | undefined> {
  const file = join(clusterDirectory, 'PG_VERSION');
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  return isThere ? (await readFile(file, 'utf8')).trim() : undefined;
}

async function checkVersion(place: ClusterPlace, found: string): Promise<void> {
  const serverVersion = await programVersion(place);
  if (serverVersion === found) return;
  throw new PostgresError(
    'version_mismatch',
    `The data in ${place.clusterDirectory} was written by PostgreSQL ${found}, this is ${serverVersion}. ` +
      'Start the version that wrote it and move the data with pg_dump, or choose another directory with --data.',
  );
}

async function programVersion(place: ClusterPlace): Promise<string> {
  const child = spawn(join(place.binaries.binDirectory, 'postgres'), ['--version'], {
    env: programEnvironment(place.binaries),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((settle) => {
    child.once('error', settle);
    child.once('close', settle);
  });
  return /\(PostgreSQL\) (\d+)/.exec(text)?.[1] ?? 'unknown';
}
