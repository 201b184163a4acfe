import type { Sha256 } from '../../evidence/digest.ts';
import { parseDetachedFile, serializeDetachedFile } from '../../evidence/ots/detached-file.ts';
import { mergeTimestamps } from '../../evidence/ots/merge.ts';
import { OtsError } from '../../evidence/ots/ots-error.ts';
import { AnchorError } from './anchor-error.ts';

/** One `.ots` file with all that both have: after stamping again, no promise of before is given up. Throws AnchorError. */
export function mergeProofs(before: Uint8Array, now: Uint8Array, sha256: Sha256): Uint8Array {
  try {
    const [first, second] = [parseDetachedFile(before, sha256), parseDetachedFile(now, sha256)];
    const timestamp = mergeTimestamps(first.timestamp, second.timestamp);
    return serializeDetachedFile({ fileHash: first.fileHash, timestamp });
  } catch (error) {
    if (!(error instanceof OtsError)) throw error;
    throw new AnchorError('proof_unreadable', `The proofs cannot be merged: ${error.message}`, error);
  }
}
