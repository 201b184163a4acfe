import { concatBytes, decodeHex, equalBytes } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { Operation } from '../../evidence/ots/operation.ts';

/** Ways from messages to what commits to them all, as operations of a proof. */

const hash: Operation = { name: 'sha256' };

export function hashBytes(bytes: Uint8Array): Uint8Array {
  return decodeHex(sha256(bytes)) ?? new Uint8Array();
}

/** One message that commits to all `leaves`, and the way there from each. A node without a partner moves up as it is. */
export function commitToAll(leaves: readonly Uint8Array[]): { root: Uint8Array; paths: Operation[][] } {
  const paths: Operation[][] = leaves.map(() => []);
  let level = leaves.map((message, index) => ({ message, members: [index] }));
  while (level.length > 1) {
    const up: typeof level = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = [level[index], level[index + 1]];
      if (!left) break;
      if (!right) {
        up.push(left);
        continue;
      }
      for (const member of left.members)
        paths[member]?.push({ name: 'append', argument: right.message }, hash);
      for (const member of right.members)
        paths[member]?.push({ name: 'prepend', argument: left.message }, hash);
      up.push({
        message: hashBytes(concatBytes([left.message, right.message])),
        members: [...left.members, ...right.members],
      });
    }
    level = up;
  }
  const [root] = level;
  if (!root) throw new RangeError('There is nothing to commit to.');
  return { root: root.message, paths };
}

/** The way from a commitment inside a raw transaction to the transaction's id. */
export function transactionPath(transaction: Uint8Array, commitment: Uint8Array): Operation[] {
  const at = Buffer.from(transaction).indexOf(commitment);
  if (at <= 0) throw new RangeError('The transaction does not contain the commitment.');
  return [
    { name: 'prepend', argument: transaction.slice(0, at) },
    { name: 'append', argument: transaction.slice(at + commitment.length) },
    hash,
    hash,
  ];
}

/**
 * The way from the id of transaction `index` to the block's Merkle root: Bitcoin's tree, whose nodes are hashed twice and whose
 * last node is paired with itself where their number is odd. Ids are in the byte order of the block.
 */
export function blockPath(transactionIds: readonly Uint8Array[], index: number): Operation[] {
  const path: Operation[] = [];
  let level = [...transactionIds];
  for (let at = index; level.length > 1; at = Math.floor(at / 2)) {
    const up: Uint8Array[] = [];
    for (let position = 0; position < level.length; position += 2) {
      const left = level[position] ?? new Uint8Array();
      const right = level[position + 1] ?? left;
      if (position === at) path.push({ name: 'append', argument: right }, hash, hash);
      else if (position + 1 === at) path.push({ name: 'prepend', argument: left }, hash, hash);
      up.push(hashBytes(hashBytes(concatBytes([left, right]))));
    }
    level = up;
  }
  return path;
}

/** Where `id` (as people write it, backwards) is among the ids of a block; -1 where it is not. */
export function transactionIndex(transactionIds: readonly Uint8Array[], id: string): number {
  const bytes = reversed(id);
  return transactionIds.findIndex((candidate) => equalBytes(candidate, bytes));
}

/** Bytes of hex, last first: between how people write Bitcoin's hashes and how blocks have them. */
export function reversed(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex').reverse());
}
