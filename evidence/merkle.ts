import { nodeBuffer } from './bytes.ts';
import type { Sha256 } from './digest.ts';

/**
 * Merkle trees of RFC 9162 section 2.1 over leaf hashes. Hashes are lower-case hex. A leaf hash is SHA-256 of 0x00 and
 * the leaf's bytes, which is the caller's to compute; an inner node is SHA-256 of 0x01 and its children.
 */

/**
 * All that is needed to grow a tree and to know its root: the roots of the perfect subtrees its leaves form, left (largest)
 * to right, one for each bit set in `size`.
 */
export interface CompactRange {
  readonly size: number;
  readonly frontier: readonly string[];
}

export const emptyRange: CompactRange = { size: 0, frontier: [] };

const nodePair = nodeBuffer?.alloc(65);
const pair = nodePair ?? new Uint8Array(65);
pair[0] = 1;

/** The inner node over two hashes. */
export function nodeHash(left: string, right: string, sha256: Sha256): string {
  writeHash(left, 1);
  writeHash(right, 33);
  return sha256(pair);
}

function writeHash(hash: string, offset: number): void {
  if (nodePair) {
    nodePair.write(hash, offset, 32, 'hex');
    return;
  }
  for (let index = 0; index < 32; index++) {
    pair[offset + index] = (nibble(hash, index * 2) << 4) | nibble(hash, index * 2 + 1);
  }
}

/** Value of the lower-case hex digit at `index`: `a` is 97. */
function nibble(hash: string, index: number): number {
  const code = hash.charCodeAt(index);
  return code < 58 ? code - 48 : code - 87;
}

/** Whether a range could be one: as many hashes as bits set in its size. */
export function isCompactRange({ size, frontier }: CompactRange): boolean {
  return Number.isSafeInteger(size) && size >= 0 && frontier.length === bitsSet(size);
}

function bitsSet(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** The range with one leaf more. One hash on average, log2(size) at most. */
export function appendLeaf(
  range: CompactRange,
  leafHash: string,
  sha256: Sha256,
): { size: number; frontier: string[] } {
  return appendLeaves(range, [leafHash], sha256);
}

/** The range with all these leaves more. */
export function appendLeaves(
  range: CompactRange,
  leafHashes: readonly string[],
  sha256: Sha256,
): { size: number; frontier: string[] } {
  const frontier = [...range.frontier];
  let { size } = range;
  for (const leafHash of leafHashes) {
    let subtree = leafHash;
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2)
      subtree = nodeHash(frontier.pop() ?? '', subtree, sha256);
    frontier.push(subtree);
    size++;
  }
  return { size, frontier };
}

/** The tree's root; for the empty tree SHA-256 of nothing. */
export function rootOf(range: CompactRange, sha256: Sha256): string {
  return range.frontier.length === 0
    ? sha256('')
    : range.frontier.reduceRight((right, left) => nodeHash(left, right, sha256));
}

/** The range of all `leafHashes`, in order. */
export function rangeOf(leafHashes: readonly string[], sha256: Sha256): CompactRange {
  return appendLeaves(emptyRange, leafHashes, sha256);
}

/** The largest power of two below `size`, at which RFC 9162 splits a tree of two or more leaves. */
export function splitPoint(size: number): number {
  let point = 1;
  while (point * 2 < size) point *= 2;
  return point;
}
