import { decodeHex } from '../bytes.ts';
import { paddedBlocks, rotateLeft } from './message-blocks.ts';

/**
 * SHA-1 (FIPS 180-4) in plain JavaScript. Old proofs hash files with it, and there it is enough: a collision gives two files that
 * both existed.
 */
export function sha1(message: Uint8Array): Uint8Array {
  const blocks = paddedBlocks(message, 'big-endian');
  const view = new DataView(blocks.buffer);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const schedule = new Uint32Array(80);
  for (let offset = 0; offset < blocks.length; offset += 64) {
    for (let round = 0; round < 80; round++) {
      schedule[round] =
        round < 16
          ? view.getUint32(offset + round * 4)
          : rotateLeft(
              at(schedule, round - 3) ^
                at(schedule, round - 8) ^
                at(schedule, round - 14) ^
                at(schedule, round - 16),
              1,
            );
    }
    compress(state, schedule);
  }
  const hex = Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
  return decodeHex(hex) ?? new Uint8Array();
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let round = 0; round < 80; round++) {
    const next = (rotateLeft(a, 5) + mix(round, b, c, d) + e + constant(round) + at(schedule, round)) | 0;
    [e, d, c, b, a] = [d, c, rotateLeft(b, 30), a, next];
  }
  [a, b, c, d, e].forEach((value, index) => {
    state[index] = at(state, index) + value;
  });
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (b & c) | (~b & d);
  if (round >= 40 && round < 60) return (b & c) | (b & d) | (c & d);
  return b ^ c ^ d;
}

function constant(round: number): number {
  return [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(round / 20)] ?? 0;
}

function at(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}
