import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cachePostgres, type PostgresBinaries } from './cached-binaries.ts';
import { placesIn, prepareCluster, programEnvironment, type ClusterPlace } from './cluster.ts';
import { connectionStrings } from './connection-strings.ts';
import { PostgresError } from './postgres-error.ts';
import { readPostmasterFile, runningServer } from './postmaster-file.ts';
import { checkTraversable, unprivilegedUser } from './run-as.ts';

/** How to start a server. */
export interface PostgresOptions {
  /** Directory for the cluster and its passwords; made when absent. */
  dataDirectory: string;
  /** Port on 127.0.0.1; a free one is chosen without it. */
  port?: number;
  /** Where the programs are kept outside the checkout. */
  cacheDirectory: string;
  /** Directory of another build's `initdb` and `postgres`, as `/usr/lib/postgresql/15/bin`. */
  binDirectory?: string;
  /**
   * Whether a server that still works on the data is stopped first. Only for a caller who knows that its
   * supervisor is gone, as by holding a lock on the data directory.
   */
  takeOver?: boolean;
  /** Gets the server's log, a line at a time. It holds no statements and no values. */
  log: (line: string) => void;
}

/** A server that accepts connections. */
export interface RunningPostgres {
  /** Connection string of the role that owns the tables; for migrations only. */
  ownerUrl: string;
  /** Connection string of the application's role, which row-level security binds. */
  url: string;
  pid: number;
  port: number;
  /** Settles when the server has ended, for whatever reason. */
  exited: Promise<void>;
  /** Stops it cleanly: open transactions are rolled back, everything committed is on disk. Idempotent. */
  stop(): Promise<void>;
  /** Sends the main process a signal and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const pollMs = 20;

/**
 * Starts Postgres on the data directory and makes the cluster the first time. Reachable from this machine only, by
 * password only; every commit is on disk before it is acknowledged. Starting again after any end, SIGKILL included,
 * recovers. As root the server runs as an unprivileged user.
 *
 * @throws PostgresError
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const user = await unprivilegedUser();
  const binaries: PostgresBinaries = options.binDirectory
    ? { binDirectory: options.binDirectory }
    : await cachePostgres(options.cacheDirectory);
  const dataDirectory = resolve(options.dataDirectory);
  await makeDataDirectory(dataDirectory);
  await checkTraversable(binaries.binDirectory, user);
  await checkTraversable(dataDirectory, user);
  const place: ClusterPlace = {
    ...placesIn(dataDirectory),
    binaries,
    user,
  };
  await settleFormerServer(place.clusterDirectory, options.takeOver ?? false);
  const credentials = await prepareCluster(place);
  const port = options.port ?? (await freePort());
  await checkPortFree(port);
  const server = await launch(place, port, options.log);
  return { ...server, port, ...connectionStrings(port, credentials) };
}

type Launched = Pick<RunningPostgres, 'pid' | 'exited' | 'stop' | 'kill'>;

async function launch(place: ClusterPlace, port: number, log: (line: string) => void): Promise<Launched> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    const attempt = await launchOnce(place, port, log, deadline);
    if (typeof attempt !== 'string') return attempt;
    // Sessions of a killed server hold its shared memory until they notice that it is gone.
    if (!/shared memory block|lock file/.test(attempt) || performance.now() > deadline) {
      throw new PostgresError(
        'start_failed',
        `Postgres did not start on ${place.clusterDirectory}: ${attempt.trim() || 'it ended without a word'}. ` +
          'Remedy what it names, then start again.',
      );
    }
    await delay(pollMs);
  }
}

/** The server once it is ready, or its last words. */
async function launchOnce(
  place: ClusterPlace,
  port: number,
  log: (line: string) => void,
  deadline: number,
): Promise<Launched | string> {
  const child = spawn(join(place.binaries.binDirectory, 'postgres'), serverArguments(place, port), {
    cwd: '/',
    env: programEnvironment(place.binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C goes to the whole foreground group; the server must outlive those who still write to it.
    detached: true,
    ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
  });
  let lastWords = '';
  createInterface({ input: child.stderr }).on('line', (line) => {
    lastWords = `${lastWords}${line}\n`.slice(-2_000);
    log(line);
  });
  const end = { isReached: false };
  const exited = new Promise<void>((settle) => {
    child.once('error', (error) => {
      lastWords += error.message;
      end.isReached = true;
      settle();
    });
    child.once('close', () => {
      end.isReached = true;
      settle();
    });
  });
  while (!end.isReached) {
    const file = await readPostmasterFile(place.clusterDirectory);
    if (child.pid !== undefined && file?.pid === child.pid && file.isReady) {
      return supervise(child, child.pid, exited);
    }
    if (performance.now() > deadline) {
      child.kill('SIGQUIT');
      await exited;
      return `${lastWords}not ready within ${startTimeoutMs / 1000} seconds`;
    }
    await Promise.race([exited, delay(pollMs)]);
  }
  return lastWords;
}

function supervise(child: ChildProcess, pid: number, exited: Promise<void>): Launched {
  return {
    pid,
    exited,
    stop: async () => {
      // SIGINT is the fast shutdown, SIGQUIT the immediate one that recovery repairs (PostgreSQL manual, 18.5).
      child.kill('SIGINT');
      const timeout = new AbortController();
      const hasStopped = await Promise.race([
        exited.then(() => true),
        delay(stopTimeoutMs, false, { signal: timeout.signal }).catch(() => true),
      ]);
      timeout.abort();
      if (!hasStopped) child.kill('SIGQUIT');
      await exited;
    },
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

function serverArguments(place: ClusterPlace, port: number): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    max_connections: '100',
    shared_buffers: '128MB',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_destination: 'stderr',
    // Statements and their values may hold what is said of patients' systems: none of it goes to a log.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
  };
  return [
    '-D',
    place.clusterDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

async function makeDataDirectory(dataDirectory: string): Promise<void> {
  const made = await mkdir(dataDirectory, { recursive: true });
  if (made === undefined) return;
  // Directories made here are ours to open; the passwords and the cluster in them are closed by their own modes.
  for (let path = dataDirectory; path.startsWith(made); path = dirname(path)) await chmod(path, 0o711);
}

async function settleFormerServer(clusterDirectory: string, takeOver: boolean): Promise<void> {
  const pid = await runningServer(clusterDirectory);
  if (pid === undefined) return;
  if (!takeOver) {
    throw new PostgresError(
      'already_running',
      `Postgres already works on ${clusterDirectory} as process ${pid}. Use that one, stop it with ` +
        `\`kill -INT ${pid}\`, or choose another directory with --data.`,
    );
  }
  process.kill(pid, 'SIGINT');
  const deadline = performance.now() + stopTimeoutMs;
  while ((await runningServer(clusterDirectory)) === pid) {
    if (performance.now() > deadline) process.kill(pid, 'SIGQUIT');
    await delay(pollMs);
  }
}

async function freePort(): Promise<number> {
  return listenOnce(0);
}

async function checkPortFree(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (cause) {
    throw new PostgresError(
      'port_in_use',
      `Port ${port} on 127.0.0.1 is in use. Free it, or choose another port for Postgres.`,
      { cause },
    );
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((settle, fail) => {
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port }, () => {
      const address = server.address();
      server.close(() => {
        settle(typeof address === 'object' && address ? address.port : port);
      });
    });
  });
}
