import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshHostConfig } from '../../config.ts';
import { TransportError } from '../transport-error.ts';
import { type ConnectionOptions, openConnection } from './open-connection.ts';

const pauseMs = 500;
const attempts = 4;

/**
 * Logs in, and tries again for about two seconds where the host is up and refuses the port: that is what an SSH service
 * looks like while it takes over a new configuration. Every other failure is final, a refused login above all.
 *
 * @param openWay opens a way to the host for each attempt; its address is dialled without it
 * @throws TransportError
 */
export async function openWhileRestarting(
  host: SshHostConfig,
  options: ConnectionOptions,
  openWay?: () => Promise<Duplex>,
): Promise<Client> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const way = openWay === undefined ? {} : { way: await openWay() };
      return await openConnection(host, { ...options, ...way });
    } catch (error) {
      if (attempt === attempts || !isPortRefused(error)) throw error;
      await sleep(pauseMs);
    }
  }
}

function isPortRefused(error: unknown): boolean {
  return (
    error instanceof TransportError &&
    error.cause instanceof Error &&
    'code' in error.cause &&
    error.cause.code === 'ECONNREFUSED'
  );
}
