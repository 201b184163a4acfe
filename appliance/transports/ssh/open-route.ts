import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshHostConfig } from '../../config.ts';
import { TransportError } from '../transport-error.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { ConnectionOptions } from './open-connection.ts';
import { openWhileRestarting } from './open-while-restarting.ts';

/**
 * Logs in to a host, through its jump host where it has one. The jump host only carries bytes: the login is ours with the
 * host itself, whose key is pinned as if it were near.
 *
 * @throws TransportError with `mayHaveStarted` false
 */
export async function openRoute(
  host: SshHostConfig,
  pool: Pick<ConnectionPool, 'hold'>,
  options: ConnectionOptions,
): Promise<Client> {
  if (host.jump === undefined) return openWhileRestarting(host, options);
  const { openWay, release } = await holdJump(host, host.jump, pool);
  try {
    const client = await openWhileRestarting(host, options, openWay);
    // The jump host's connection is in use for as long as this one is open.
    client.once('close', release);
    return client;
  } catch (error) {
    release();
    throw error;
  }
}

/** Keeps the jump host's connection until `release`; each `openWay` opens another way to the host. @throws TransportError */
export async function holdJump(
  host: SshHostConfig,
  jump: string,
  pool: Pick<ConnectionPool, 'hold'>,
): Promise<{ openWay: () => Promise<Duplex>; release: () => void }> {
  try {
    const { connection, release } = await pool.hold(jump);
    return { openWay: () => forward(connection.client, host), release };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const message = `${host.id} is reached through ${jump}, and there: ${error.message}`;
    throw new TransportError(error.code, message, { mayHaveStarted: false, cause: error });
  }
}

function forward(jump: Client, host: SshHostConfig): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      const message = `${host.id} (${host.address} port ${host.port}) cannot be reached from ${host.jump ?? ''}`;
      reject(new TransportError('host_unreachable', message, { mayHaveStarted: false, cause }));
    };
    try {
      jump.forwardOut('127.0.0.1', 0, host.address, host.port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else fail(error);
      });
    } catch (error) {
      // ssh2 throws synchronously where the socket is already gone.
      fail(error);
    }
  });
}
