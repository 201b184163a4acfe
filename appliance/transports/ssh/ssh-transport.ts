import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { SshHostConfig } from '../../config.ts';
import type { RunNames } from '../compose-script.ts';
import { driveRun, type ShellSession } from '../drive-run.ts';
import { killRunScript } from '../kill-script.ts';
import { runInSessions } from '../run-in-sessions.ts';
import { shellCommand } from '../start-shell.ts';
import { TransportError } from '../transport-error.ts';
import type { BatchRequest, BatchResult, RunRequest, RunResult, Transport } from '../transport.ts';
import { type Connection, ConnectionPool } from './connection-pool.ts';
import { defaultConnectTimeoutMs } from './open-connection.ts';
import { openRoute } from './open-route.ts';

export interface SshTransportOptions {
  hosts: readonly SshHostConfig[];
  connectTimeoutMs?: number;
  keepaliveMs?: number;
  idleMs?: number;
}

/** How long a host may take to open one more channel on a connection it answers on. */
const channelTimeoutMs = 45_000;
const killTimeoutMs = 5_000;

/** Runs scripts over SSH with one shared connection a host. */
export class SshTransport implements Transport {
  readonly #hosts: ReadonlyMap<string, SshHostConfig>;
  readonly #pool: ConnectionPool;

  constructor(options: SshTransportOptions) {
    this.#hosts = new Map(options.hosts.map((host) => [host.id, host]));
    this.#pool = new ConnectionPool({
      idleMs: options.idleMs ?? 60_000,
      open: (id) =>
        openRoute(this.#host(id), this.#pool, {
          connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
          keepaliveMs: options.keepaliveMs ?? 10_000,
        }),
    });
  }

  run(request: RunRequest): Promise<RunResult> {
    if (request.freshConnection) this.#pool.renew(request.host);
    return onLiveConnection(() =>
      this.#pool.with(request.host, async (connection) => {
        const names = newNames();
        const session = await this.#openSession(connection, request);
        return driveRun(session, request, {
          names,
          connection: connection.name,
          now: Date.now,
          kill: () => this.#kill(connection, request, names.id),
        });
      }),
    );
  }

  runBatch(request: BatchRequest): Promise<BatchResult> {
    const { host } = request;
    return onLiveConnection(() =>
      this.#pool.with(host, (connection) =>
        runInSessions(request, {
          open: () => this.#openSession(connection, { host, sudo: false }),
          connection: connection.name,
          elevate: this.#isRoot(host) ? 'none' : 'sudo',
          newNames,
          now: Date.now,
        }),
      ),
    );
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }

  #host(id: string): SshHostConfig {
    const host = this.#hosts.get(id);
    if (host !== undefined) return host;
    throw new TransportError('host_unreachable', `host ${id} is not configured on this appliance`, {
      mayHaveStarted: false,
    });
  }

  /** Root needs no sudo, and small systems have none. */
  #isRoot(host: string): boolean {
    return this.#host(host).user === 'root';
  }

  #openSession(
    connection: Connection,
    { host, sudo }: { host: string; sudo: boolean },
  ): Promise<ShellSession> {
    const command = shellCommand(sudo && !this.#isRoot(host));
    return new Promise((resolve, reject) => {
      const fail = (cause?: Error): void => {
        clearTimeout(timer);
        this.#pool.drop(connection);
        reject(
          new TransportError('connection_lost', `${host} opens no session on its connection`, {
            mayHaveStarted: false,
            cause,
          }),
        );
      };
      const timer = setTimeout(fail, channelTimeoutMs);
      try {
        connection.client.exec(command, (error, channel) => {
          if (error !== undefined) {
            fail(error);
            return;
          }
          clearTimeout(timer);
          resolve(sessionOf(channel));
        });
      } catch (error) {
        // ssh2 throws synchronously where the socket is already gone.
        fail(error instanceof Error ? error : undefined);
      }
    });
  }

  async #kill(connection: Connection, request: RunRequest, runId: string): Promise<void> {
    const names = { ...newNames(), id: `kill-${runId}` };
    const killing: RunRequest = {
      host: request.host,
      script: killRunScript(runId),
      sudo: request.sudo,
      environment: {},
      timeoutMs: killTimeoutMs,
      keepBytes: 1_024,
      survivesCut: true,
    };
    try {
      const session = await this.#openSession(connection, killing);
      const noKill = (): Promise<void> => Promise.resolve();
      await driveRun(session, killing, { names, connection: connection.name, now: Date.now, kill: noKill });
    } catch {
      // The host cannot be told; its own timeout(1) stops the script at the limit. The connection is of no use.
      this.#pool.drop(connection);
    }
  }
}

function newNames(): RunNames {
  return { id: randomBytes(16).toString('hex'), marker: randomBytes(16).toString('hex') };
}

/** A pooled connection may have died unseen. Where nothing was sent on it, a new one may be tried. */
async function onLiveConnection<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const isStale =
      error instanceof TransportError && error.code === 'connection_lost' && !error.mayHaveStarted;
    if (!isStale) throw error;
    return use();
  }
}

function sessionOf(channel: ClientChannel): ShellSession {
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    onExit: (listener) => {
      channel.once('exit', (code: number | null) => {
        listener(code ?? undefined);
      });
    },
    onClose: (listener) => {
      channel.once('close', listener);
    },
    destroy: () => {
      channel.close();
    },
  };
}
