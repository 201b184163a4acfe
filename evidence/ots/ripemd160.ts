import { paddedBlocks, rotateLeft } from './message-blocks.ts';

/** RIPEMD-160 (Dobbertin, Bosselaers, Preneel 1996) in plain JavaScript. */
export function ripemd160(message: Uint8Array): Uint8Array {
  const blocks = paddedBlocks(message, 'little-endian');
  const view = new DataView(blocks.buffer);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < blocks.length; offset += 64) {
    const words = Array.from({ length: 16 }, (_, index) => view.getUint32(offset + index * 4, true));
    const left = runLine(leftLine, state, words);
    const right = runLine(rightLine, state, words);
    // The lines are added crosswise: word i of the new state has words i+1, i+2 and i+3.
    state = state.map((_, index) => (at(state, index + 1) + at(left, index + 2) + at(right, index + 3)) | 0);
  }
  const digest = new Uint8Array(20);
  const out = new DataView(digest.buffer);
  state.forEach((word, index) => {
    out.setUint32(index * 4, word, true);
  });
  return digest;
}

/** One of the two parallel lines: five rounds of sixteen steps. */
interface Line {
  /** Which word of the block each step takes. */
  readonly order: readonly number[];
  /** By how many bits each step rotates. */
  readonly shifts: readonly number[];
  /** One for each round. */
  readonly constants: readonly number[];
  /** Which of the five mixing functions each round has. */
  readonly functions: readonly number[];
}

function runLine(line: Line, start: readonly number[], words: readonly number[]): number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = start;
  for (let step = 0; step < 80; step++) {
    const round = Math.floor(step / 16);
    const mixed = mix(line.functions[round] ?? 0, b, c, d);
    const sum = (a + mixed + (words[line.order[step] ?? 0] ?? 0) + (line.constants[round] ?? 0)) | 0;
    [a, e, d, c, b] = [e, d, rotateLeft(c, 10), b, (rotateLeft(sum, line.shifts[step] ?? 0) + e) | 0];
  }
  return [a, b, c, d, e];
}

function mix(which: number, b: number, c: number, d: number): number {
  switch (which) {
    case 0:
      return b ^ c ^ d;
    case 1:
      return (b & c) | (~b & d);
    case 2:
      return (b | ~c) ^ d;
    case 3:
      return (b & d) | (c & ~d);
    default:
      return b ^ (c | ~d);
  }
}

function at(state: readonly number[], index: number): number {
  return state[index % 5] ?? 0;
}

const identity = Array.from({ length: 16 }, (_, index) => index);
/** The permutation that leads from the word order of one round to the next, and the one that begins the right line. */
const rho = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8];
const pi = identity.map((index) => (9 * index + 5) % 16);

function orders(first: readonly number[]): number[] {
  const rounds = [first];
  while (rounds.length < 5) rounds.push((rounds.at(-1) ?? []).map((word) => rho[word] ?? 0));
  return rounds.flat();
}

/** Rotation by round and word of the block. */
const shiftsByWord = [
  [11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8],
  [12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7],
  [13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9],
  [14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6],
  [15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5],
];

function makeLine(
  first: readonly number[],
  constants: readonly number[],
  functions: readonly number[],
): Line {
  const order = orders(first);
  const shifts = order.map((word, step) => shiftsByWord[Math.floor(step / 16)]?.[word] ?? 0);
  return { order, shifts, constants, functions };
}

const leftLine = makeLine(identity, [0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e], [0, 1, 2, 3, 4]);
const rightLine = makeLine(pi, [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0], [4, 3, 2, 1, 0]);
