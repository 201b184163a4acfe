import { encodeUtf8 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';

/**
 * SHA-256 (FIPS 180-4) in plain JavaScript, for browsers: their own is asynchronous, and chaining a ledger is one hash
 * after another.
 */
export const sha256: Sha256 = (data) => {
  const message = padded(typeof data === 'string' ? encodeUtf8(data) : data);
  const view = new DataView(message.buffer);
  const state = Uint32Array.from(initialState);
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < message.length; offset += 64) {
    for (let round = 0; round < 16; round++) schedule[round] = view.getUint32(offset + round * 4);
    compress(state, schedule);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
};

/** The message, 0x80, zeros and its length in bits as 64-bit big-endian, to a multiple of 64 bytes. */
function padded(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return bytes;
}

function compress(state: Uint32Array, schedule: Uint32Array): void {
  for (let round = 16; round < 64; round++) {
    const early = word(schedule, round - 15);
    const late = word(schedule, round - 2);
    const smallSigma0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const smallSigma1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule[round] = word(schedule, round - 16) + smallSigma0 + word(schedule, round - 7) + smallSigma1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let round = 0; round < 64; round++) {
    const bigSigma1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + bigSigma1 + choice + word(roundConstants, round) + word(schedule, round)) | 0;
    const bigSigma0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + bigSigma0 + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = word(state, index) + value;
  });
}

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}

/** First 32 bits of the fractional part of each number: of square roots (state) and cube roots (constants) of primes. */
const primes = firstPrimes(64);
const initialState = Uint32Array.from(primes.slice(0, 8), (prime) => fractionBits(prime, 2));
const roundConstants = Uint32Array.from(primes, (prime) => fractionBits(prime, 3));

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

/** floor(prime^(1/degree) * 2^32) mod 2^32, exactly: the integer root of prime * 2^(32 * degree). */
function fractionBits(prime: number, degree: 2 | 3): number {
  const target = BigInt(prime) << BigInt(32 * degree);
  let low = 0n;
  let high = 1n << 38n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** BigInt(degree) <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}
