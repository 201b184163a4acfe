import { decodeHex, encodeHex } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';

/** A Bitcoin block header: 80 bytes that commit to a block's transactions and time, and that were expensive to find. */
export interface BlockHeader {
  /** As people and nodes write it: the double SHA-256 of the header, backwards, hex. */
  readonly hash: string;
  /** Root of the transactions, in the header's own byte order. */
  readonly merkleRoot: Uint8Array;
  /** The miner's clock. ISO 8601; the network allows it to be up to two hours off. */
  readonly time: string;
  /** Hash of the block before, written as `hash`. */
  readonly previousHash: string;
  /** Whether the hash meets the target that the header states. */
  readonly hasWork: boolean;
  /** Logarithm to base 2, rounded down, of how many hashes meeting that target takes: about 1 in a test chain, over 70 in Bitcoin. */
  readonly workBits: number;
}

/** Reads 160 hex digits. Undefined for anything else, and for a target that no Bitcoin node would take. */
export function parseBlockHeader(hex: string, sha256: Sha256): BlockHeader | undefined {
  const bytes = decodeHex(hex);
  if (bytes?.length !== 80) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const target = targetOf(view.getUint32(72, true));
  if (target === undefined) return undefined;
  const hash = encodeHex((decodeHex(sha256(decodeHex(sha256(bytes)) ?? bytes)) ?? bytes).reverse());
  return {
    hash,
    merkleRoot: bytes.subarray(36, 68),
    time: new Date(view.getUint32(68, true) * 1_000).toISOString(),
    previousHash: encodeHex(bytes.slice(4, 36).reverse()),
    hasWork: BigInt(`0x${hash}`) <= target,
    workBits: ((1n << 256n) / (target + 1n)).toString(2).length - 1,
  };
}

/** The target that the header's `bits` stand for: a mantissa of 23 bits, a sign, and an exponent of 256. */
function targetOf(bits: number): bigint | undefined {
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x007fffff);
  const isNegative = (bits & 0x00800000) !== 0;
  const target =
    exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
  return isNegative || target === 0n || target >= 1n << 256n ? undefined : target;
}
