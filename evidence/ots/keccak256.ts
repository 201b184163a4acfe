/**
 * Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding of the original submission, whose first byte is 0x01;
 * SHA3-256 has 0x06.
 */
export function keccak256(message: Uint8Array): Uint8Array {
  return sponge(message, 0x01);
}

/** Bytes of the state that take in a block; the other 64 are the capacity of a 256-bit hash. */
const rate = 136;
const digestBytes = 32;

/** The 256-bit sponge with `firstPadding` after the message. */
export function sponge(message: Uint8Array, firstPadding: number): Uint8Array {
  const padded = new Uint8Array((Math.floor(message.length / rate) + 1) * rate);
  padded.set(message);
  padded[message.length] = firstPadding;
  padded[padded.length - 1] = (padded[padded.length - 1] ?? 0) | 0x80;
  const view = new DataView(padded.buffer);
  const state = new BigUint64Array(25);
  for (let offset = 0; offset < padded.length; offset += rate) {
    for (let lane = 0; lane < rate / 8; lane++) {
      state[lane] = at(state, lane) ^ view.getBigUint64(offset + lane * 8, true);
    }
    permute(state);
  }
  const digest = new Uint8Array(digestBytes);
  const out = new DataView(digest.buffer);
  for (let lane = 0; lane < digestBytes / 8; lane++) out.setBigUint64(lane * 8, at(state, lane), true);
  return digest;
}

/** Keccak-f[1600], FIPS 202 section 3.3. Lane (x, y) is at x + 5y. */
function permute(state: BigUint64Array): void {
  for (const roundConstant of roundConstants) {
    theta(state);
    rhoAndPi(state);
    chi(state);
    state[0] = at(state, 0) ^ roundConstant;
  }
}

function theta(state: BigUint64Array): void {
  const parity = [0, 1, 2, 3, 4].map((x) =>
    [0, 5, 10, 15, 20].reduce((sum, row) => sum ^ at(state, x + row), 0n),
  );
  for (let lane = 0; lane < 25; lane++) {
    const before = parity[(lane + 4) % 5] ?? 0n;
    const after = parity[(lane + 1) % 5] ?? 0n;
    state[lane] = at(state, lane) ^ before ^ rotate(after, 1);
  }
}

function rhoAndPi(state: BigUint64Array): void {
  let moving = at(state, 1);
  let [x, y] = [1, 0];
  for (let step = 1; step <= 24; step++) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    const lane = x + 5 * y;
    const displaced = at(state, lane);
    state[lane] = rotate(moving, ((step * (step + 1)) / 2) % 64);
    moving = displaced;
  }
}

function chi(state: BigUint64Array): void {
  for (let row = 0; row < 25; row += 5) {
    const lanes = state.slice(row, row + 5);
    for (let x = 0; x < 5; x++) {
      state[row + x] = at(lanes, x) ^ (~at(lanes, (x + 1) % 5) & at(lanes, (x + 2) % 5));
    }
  }
}

function at(lanes: BigUint64Array, index: number): bigint {
  return lanes[index] ?? 0n;
}

function rotate(lane: bigint, bits: number): bigint {
  return BigInt.asUintN(64, (lane << BigInt(bits)) | (lane >> BigInt(64 - bits)));
}

/** FIPS 202 algorithm 5: bit 2^j - 1 of the constant of round r is the output 7r + j of a shift register. */
const roundConstants = Array.from({ length: 24 }, (_, round) => {
  let constant = 0n;
  for (let bit = 0; bit <= 6; bit++) {
    if (registerOutput(round * 7 + bit)) constant |= 1n << BigInt(2 ** bit - 1);
  }
  return constant;
});

function registerOutput(time: number): boolean {
  let register = 1;
  for (let step = 0; step < time % 255; step++) {
    register <<= 1;
    if (register & 0x100) register ^= 0x171;
  }
  return (register & 1) === 1;
}
