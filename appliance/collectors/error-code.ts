/** The code of a system error, as `ECONNREFUSED`; its message where it has none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'message' in error && typeof error.message === 'string'
    ? error.message.slice(0, 200)
    : 'unknown error';
}
