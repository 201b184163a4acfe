import type { Persistence } from '../persistence/create-persistence.ts';
import { retry, type RetryOptions } from '../temporal/retry.ts';
import { ApiProblem } from './http/api-problem.ts';

/** The database of a process that starts before it. */
export interface StoredData {
  /** The open database. Throws ApiProblem `database_unavailable` while it was never reached. */
  current(): Persistence;
  /** Stops trying to reach it, or closes it. */
  close(): Promise<void>;
}

/** Begins to open the database and goes on until it answers; after that its pool reconnects by itself. */
export function openStoredData(
  open: () => Promise<Persistence>,
  onFailure: NonNullable<RetryOptions['onFailure']>,
): StoredData {
  const stop = new AbortController();
  let persistence: Persistence | undefined;
  const opening = retry(open, { signal: stop.signal, onFailure }).then(
    (opened) => {
      persistence = opened;
    },
    () => undefined,
  );
  return {
    current() {
      if (persistence) return persistence;
      throw new ApiProblem(
        'database_unavailable',
        'Try again in a moment; /health says which parts are up.',
        {
          headers: { 'Retry-After': '5' },
        },
      );
    },
    async close() {
      stop.abort();
      await opening;
      await persistence?.close();
    },
  };
}
