import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../supervisor/launch.ts';
import type { RunningProcess } from '../supervisor/running-process.ts';

/** An account of the S3 server. Its secret is in no argument list: it goes by file and environment. */
export interface S3Account {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface VersitygwOptions {
  /** The program, see `findVersitygw`. */
  program: string;
  /** Holds objects, their former versions and the accounts, on a file system with extended attributes. */
  dataDirectory: string;
  logFile: string;
  port: number;
  /** May do everything that a lock does not forbid to everybody. */
  administrator: S3Account;
  /** May do what bucket policies say. */
  accounts: readonly S3Account[];
  /** Told its process number before it serves. */
  onSpawn?: (pid: number) => void;
}

const host = '127.0.0.1';
const healthPath = '/health';
const servingTimeoutMs = 30_000;

/** Starts the S3 server on this machine only, with versioning and Object Lock to be had, and resolves when it serves. */
export async function startVersitygw(options: VersitygwOptions): Promise<RunningProcess> {
  const { program, dataDirectory, logFile, port, administrator } = options;
  const [objects, versions, accounts] = ['objects', 'versions', 'accounts'].map((name) => {
    const directory = join(dataDirectory, name);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return directory;
  }) as [string, string, string];
  writeAccounts(accounts, options.accounts);
  return launch({
    name: 'the S3 server',
    command: program,
    args: [
      ...['--port', `${host}:${port}`, '--health', healthPath, '--iam-dir', accounts, '--quiet'],
      ...['posix', '--versioning-dir', versions, objects],
    ],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      ROOT_ACCESS_KEY_ID: administrator.accessKeyId,
      ROOT_SECRET_ACCESS_KEY: administrator.secretAccessKey,
    },
    cwd: dataDirectory,
    logFile,
    ready: () => isServing(port),
    readyTimeoutMs: servingTimeoutMs,
    ...(options.onSpawn === undefined ? {} : { onSpawn: options.onSpawn }),
  });
}

/** The server's own file of accounts, as its IAM service with a directory reads it. */
function writeAccounts(directory: string, accounts: readonly S3Account[]): void {
  const accessAccounts = Object.fromEntries(
    accounts.map(({ accessKeyId, secretAccessKey }) => [
      accessKeyId,
      { access: accessKeyId, secret: secretAccessKey, role: 'user', userID: 0, groupID: 0, projectID: 0 },
    ]),
  );
  const file = join(directory, 'users.json');
  writeFileSync(file, JSON.stringify({ accessAccounts }), { mode: 0o600 });
  chmodSync(file, 0o600);
}

async function isServing(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}:${port}${healthPath}`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
