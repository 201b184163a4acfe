import { randomFillSync } from 'node:crypto';
import type { NewSalt } from '../disclosure/commitment.ts';

const saltBytes = 16;
const saltsAtOnce = 256;

/** Salts from the system's generator, fetched many at a time: asking for each alone takes longer than all else a salt is used for. */
export function createSalts(): NewSalt {
  const pool = new Uint8Array(saltBytes * saltsAtOnce);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool.slice(used, (used += saltBytes));
  };
}
