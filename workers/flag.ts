import { z } from 'zod';

/** A setting that is `0` or `1`, as a boolean. */
export function flag(fallback: '0' | '1') {
  return z
    .enum(['0', '1'])
    .default(fallback)
    .transform((value) => value === '1');
}
