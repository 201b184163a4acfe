import { setTimeout as delay } from 'node:timers/promises';

export interface RetryOptions {
  /** No attempt starts later than this after the first one; without it there is no limit. */
  giveUpAfterMs?: number;
  /** Ends the waiting; `retry` then throws the signal's reason. */
  signal?: AbortSignal;
  /** Told about each failure that will be followed by another attempt. */
  onFailure?: (failure: { error: unknown; attempt: number; retryInMs: number }) => void;
  /** Milliseconds since some fixed point; defaults to a monotonic clock. */
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** The pause after failed attempt `attempt` (from 1): 100 ms, doubling, at most 5 s. */
export function pauseMs(attempt: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 30));
}

/** Runs `action` until it succeeds; throws its last error when the time is up. */
export async function retry<T>(action: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { giveUpAfterMs = Infinity, signal, onFailure } = options;
  const now = options.now ?? (() => performance.now());
  const sleep = options.sleep ?? ((ms, abort) => delay(ms, undefined, { signal: abort }));
  const startedAt = now();
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      const retryInMs = pauseMs(attempt);
      if (now() - startedAt + retryInMs > giveUpAfterMs) throw error;
      onFailure?.({ error, attempt, retryInMs });
      await sleep(retryInMs, signal);
    }
  }
}
