import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { retry, type RetryOptions } from './retry.ts';

/** Temporal cannot be reached; the message names the address and the setting that changes it. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';

  constructor(address: string, cause: unknown) {
    super(`Temporal at ${address} does not answer: check that it runs, or set TEMPORAL_ADDRESS`, { cause });
  }
}

export interface TemporalAddress {
  /** host:port of the frontend. */
  address: string;
  /** TLS with the given certificates; plain where absent. */
  tls?: ConnectionOptions['tls'];
}

export interface ClientConfig extends TemporalAddress {
  namespace: string;
  dataConverter: DataConverter;
  /** Names this process in histories. */
  identity: string;
}

/**
 * A client that connects on first use and again whenever it must. Calls fail while Temporal is away; the client itself
 * never has to be replaced. Close it by `client.connection.close()`.
 */
export function createClient(config: ClientConfig): Client {
  const { address, tls, namespace, dataConverter, identity } = config;
  const connection = Connection.lazy({
    address,
    connectTimeout: '5s',
    ...(tls === undefined ? {} : { tls }),
  });
  return new Client({ connection, namespace, dataConverter, identity });
}

/** A client whose first call has been answered. Throws `TemporalUnreachableError` when `giveUpAfterMs` is over. */
export async function connectClient(config: ClientConfig, options: RetryOptions = {}): Promise<Client> {
  const client = createClient(config);
  try {
    await retry(() => checkReachable(client), options);
    return client;
  } catch (error) {
    await client.connection.close();
    options.signal?.throwIfAborted();
    throw new TemporalUnreachableError(config.address, error);
  }
}

/** Resolves when the namespace of `client` answers within `timeoutMs`; rejects otherwise. */
export async function checkReachable(client: Client, timeoutMs = 5_000): Promise<void> {
  const { connection } = client;
  await connection.withDeadline(Date.now() + timeoutMs, () =>
    connection.workflowService.describeNamespace({ namespace: client.options.namespace }),
  );
}
