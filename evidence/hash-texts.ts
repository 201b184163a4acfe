import { nodeBuffer } from './bytes.ts';
import type { Sha256 } from './digest.ts';

/** SHA-256 (hex) of a prefix and two texts after it, in UTF-8. */
export type HashTexts = (first: string, second: string, sha256: Sha256) => string;

/**
 * Hashes texts that all begin with `prefix`. On Node they are written into one buffer, in which the prefix stays: joining them
 * first would copy every byte twice more. No text may end within a surrogate pair.
 */
export function createTextHasher(prefix: string): HashTexts {
  const buffers = nodeBuffer;
  if (!buffers) return (first, second, sha256) => sha256(prefix + first + second);
  const withRoomFor = (bytes: number) => {
    const buffer = buffers.allocUnsafe(start + bytes);
    buffer.write(prefix);
    return buffer;
  };
  const start = buffers.byteLength(prefix);
  let buffer = withRoomFor(16 << 10);
  return (first, second, sha256) => {
    const most = (first.length + second.length) * 3;
    if (most > buffer.length - start) buffer = withRoomFor(most);
    const middle = start + buffer.write(first, start);
    const end = middle + buffer.write(second, middle);
    return sha256(buffer.subarray(0, end));
  };
}
