import { NativeConnection } from '@temporalio/worker';
import { TemporalUnreachableError, type TemporalAddress } from './connect.ts';
import { retry, type RetryOptions } from './retry.ts';

/**
 * The connection of a worker. Waits for Temporal to come up; throws `TemporalUnreachableError` when `giveUpAfterMs` is
 * over. Once made it reconnects by itself.
 */
export async function connectNative(
  config: TemporalAddress,
  options: RetryOptions = {},
): Promise<NativeConnection> {
  const { address, tls } = config;
  try {
    return await retry(
      () => NativeConnection.connect({ address, ...(tls === undefined ? {} : { tls }) }),
      options,
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new TemporalUnreachableError(address, error);
  }
}
