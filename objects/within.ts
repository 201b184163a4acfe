import { ObjectStoreError } from './object-store-error.ts';

/** Resolves as `work` does, and rejects with `unavailable` where it takes longer than `timeoutMs`: disks hang, too. */
export async function within<T>(what: string, timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ObjectStoreError('unavailable', `${what} took longer than ${timeoutMs} ms`));
    }, timeoutMs);
  });
  // Whatever it ends with after that concerns nobody any more.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
