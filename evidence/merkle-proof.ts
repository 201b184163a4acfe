import type { Sha256 } from './digest.ts';
import { nodeHash, rangeOf, rootOf, splitPoint } from './merkle.ts';

/** Inclusion and consistency proofs of RFC 9162 sections 2.1.3 and 2.1.4. Hashes are lower-case hex. */

/** Proves that leaf `index` is in the tree of `leafHashes`. Throws RangeError for an index outside it. */
export function inclusionProof(leafHashes: readonly string[], index: number, sha256: Sha256): string[] {
  if (!isIndex(index, leafHashes.length)) {
    throw new RangeError(`Leaf ${index} is not in a tree of ${leafHashes.length} leaves.`);
  }
  if (leafHashes.length === 1) return [];
  const split = splitPoint(leafHashes.length);
  const left = leafHashes.slice(0, split);
  const right = leafHashes.slice(split);
  return index < split
    ? [...inclusionProof(left, index, sha256), rootOf(rangeOf(right, sha256), sha256)]
    : [...inclusionProof(right, index - split, sha256), rootOf(rangeOf(left, sha256), sha256)];
}

/** What an inclusion proof says and what it is checked against. */
export interface InclusionClaim {
  readonly leafHash: string;
  readonly index: number;
  readonly size: number;
  readonly root: string;
  readonly proof: readonly string[];
}

/** Whether the proof leads from the leaf to the root (RFC 9162 2.1.3.2). Every part of the claim may be hostile. */
export function verifyInclusion(claim: InclusionClaim, sha256: Sha256): boolean {
  const { leafHash, index, size, root, proof } = claim;
  if (!isSize(size) || !isIndex(index, size) || ![leafHash, ...proof].every(isHash)) return false;
  let node = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash, sha256);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = nodeHash(hash, sibling, sha256);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash === root;
}

/**
 * Proves that the tree of the first `oldSize` leaves is a prefix of the tree of all. Throws RangeError unless
 * 0 < oldSize <= number of leaves; a proof from the empty tree says nothing.
 */
export function consistencyProof(leafHashes: readonly string[], oldSize: number, sha256: Sha256): string[] {
  if (!isIndex(oldSize - 1, leafHashes.length)) {
    throw new RangeError(`No consistency proof from ${oldSize} to ${leafHashes.length} leaves.`);
  }
  return subProof(leafHashes, oldSize, true, sha256);
}

function subProof(leaves: readonly string[], oldSize: number, isWhole: boolean, sha256: Sha256): string[] {
  if (oldSize === leaves.length) return isWhole ? [] : [rootOf(rangeOf(leaves, sha256), sha256)];
  const split = splitPoint(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return oldSize <= split
    ? [...subProof(left, oldSize, isWhole, sha256), rootOf(rangeOf(right, sha256), sha256)]
    : [...subProof(right, oldSize - split, false, sha256), rootOf(rangeOf(left, sha256), sha256)];
}

/** What a consistency proof says and what it is checked against. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: string;
  readonly newSize: number;
  readonly newRoot: string;
  readonly proof: readonly string[];
}

/** Whether the old tree is a prefix of the new one (RFC 9162 2.1.4.2). Every part of the claim may be hostile. */
export function verifyConsistency(claim: ConsistencyClaim, sha256: Sha256): boolean {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  if (![oldRoot, newRoot, ...proof].every(isHash)) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot === newRoot;

  const path = splitPoint(oldSize + 1) === oldSize ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let node = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let oldHash = first;
  let newHash = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      oldHash = nodeHash(sibling, oldHash, sha256);
      newHash = nodeHash(sibling, newHash, sha256);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling, sha256);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash === oldRoot && newHash === newRoot;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** At least one leaf; division by two stays exact for every safe integer. */
function isSize(size: number): boolean {
  return Number.isSafeInteger(size) && size > 0;
}

function isIndex(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && index >= 0 && index < size;
}

function isOdd(node: number): boolean {
  return node % 2 === 1;
}

function half(node: number): number {
  return Math.floor(node / 2);
}
