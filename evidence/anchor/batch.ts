import { concatBytes, decodeBase64, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { nodeHash } from '../merkle.ts';

/**
 * A batch is one Merkle tree (RFC 9162) over the checkpoints of many ledgers, so that one timestamp is enough for all of them.
 * What is stamped is the batch file: three lines as those of a checkpoint, which any `.ots` tool can hash.
 */
export interface Batch {
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

const origin = 'malachor.dev/anchor-batch/v1';

/** Most checkpoints in a batch, which keeps a proof at 32 hashes. */
export const maxBatchSize = 2 ** 32;

/** Leaf hash of a checkpoint: of its signed lines, without signatures, since witnesses may add theirs later. */
export function checkpointLeaf(body: string, sha256: Sha256): string {
  return sha256(concatBytes([Uint8Array.of(0), encodeUtf8(body)]));
}

/** The file that is stamped. */
export function writeBatchFile({ size, root }: Batch): string {
  const bytes = decodeHex(root);
  if (bytes?.length !== 32) throw new RangeError('A batch needs a root of 64 hex digits.');
  return `${origin}\n${size}\n${encodeBase64(bytes)}\n`;
}

/** Reads a batch file. Undefined for anything that `writeBatchFile` would not write. */
export function parseBatchFile(text: string): Batch | undefined {
  const [first, size = '', root = '', ...rest] = text.split('\n');
  const bytes = decodeBase64(root);
  if (first !== origin || bytes?.length !== 32 || rest.length !== 1 || rest[0] !== '') return undefined;
  if (!/^[1-9]\d{0,9}$/.test(size) || Number(size) > maxBatchSize) return undefined;
  return { size: Number(size), root: encodeHex(bytes) };
}

/** SHA-256 (hex) of the batch file: what the `.ots` file and the tokens are about. */
export function batchDigest(batch: Batch, sha256: Sha256): string {
  return sha256(writeBatchFile(batch));
}

/** A batch with the inclusion proof of each of its leaves, by index. */
export interface ProvenBatch extends Batch {
  readonly proofs: readonly (readonly string[])[];
}

/**
 * The batch of these checkpoints in this order. Computes each inner node once: making all proofs takes as many hashes as
 * making the root. Throws RangeError for none.
 */
export function makeBatch(checkpointBodies: readonly string[], sha256: Sha256): ProvenBatch {
  const proofs: string[][] = checkpointBodies.map(() => []);
  let level = checkpointBodies.map((body) => checkpointLeaf(body, sha256));
  for (let width = 1; level.length > 1; width *= 2) {
    for (const [index, proof] of proofs.entries()) {
      const sibling = level[Math.floor(index / width) ^ 1];
      if (sibling !== undefined) proof.push(sibling);
    }
    level = pairUp(level, sha256);
  }
  const [root] = level;
  if (root === undefined) throw new RangeError('A batch needs a checkpoint.');
  return { size: checkpointBodies.length, root, proofs };
}

/** The next level up. A node without a sibling moves up as it is, which gives the splits of RFC 9162. */
function pairUp(level: readonly string[], sha256: Sha256): string[] {
  const up: string[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const left = level[index] ?? '';
    const right = level[index + 1];
    up.push(right === undefined ? left : nodeHash(left, right, sha256));
  }
  return up;
}
