import { ObjectStoreError } from '../object-store-error.ts';

/** The `code` an error of Node carries, as `ENOENT`. */
export function errorCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What an error of the file system means for the caller; errors that are told already pass. */
export function localError(what: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  const code = errorCodeOf(error) ?? 'an unknown error';
  const message = `${what}: ${code}`;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new ObjectStoreError('full', message, { cause: error });
    case 'ENOENT':
      return new ObjectStoreError('not_found', message, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new ObjectStoreError('misconfigured', message, {
        cause: error,
        nextStep: "Give this process's account the right to write to the directory of the object store.",
      });
    default:
      return new ObjectStoreError('unavailable', message, { cause: error });
  }
}
