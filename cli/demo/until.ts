import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The first value of `look` that is not undefined. Looks five times a second; fails after `timeoutMs` with `what`, and
 * with the last error where looking itself failed.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await look();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await sleep(200);
  }
  throw new Error(`Waited ${String(timeoutMs / 1_000)} s in vain: ${what}`, { cause: lastError });
}
