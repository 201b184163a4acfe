import type { Checkpoint } from '../checkpoint.ts';
import type { Sha256 } from '../digest.ts';
import { appendLeaves, type CompactRange, isCompactRange, rootOf } from '../merkle.ts';

export type IncrementVerdict =
  | {
      readonly ok: true;
      /** Of the new checkpoint: where the next increment continues. */
      readonly range: CompactRange;
    }
  | {
      readonly ok: false;
      /**
       * - `foreign_log`: the checkpoints are of two sites
       * - `frontier_mismatch`: the frontier is not that of the earlier checkpoint
       * - `size_mismatch`: there are more or fewer new leaves than the checkpoints lie apart
       * - `root_mismatch`: the new leaves do not lead from the earlier checkpoint to the later
       */
      readonly code: 'foreign_log' | 'frontier_mismatch' | 'size_mismatch' | 'root_mismatch';
    };

/**
 * Whether `leafHashes` are exactly what was appended between two checkpoints. What lies before is not read again: work is in
 * proportion to the new leaves, and to the logarithm of the tree's size. Both checkpoints' signatures are the caller's to
 * verify, and that the leaves are the hashes of genuine entries.
 *
 * @param previous a checkpoint verified before, with the frontier of its tree (see merkle.ts)
 */
export function verifyIncrement(
  previous: { readonly checkpoint: Checkpoint; readonly frontier: readonly string[] },
  leafHashes: readonly string[],
  next: Checkpoint,
  sha256: Sha256,
): IncrementVerdict {
  const { checkpoint, frontier } = previous;
  if (checkpoint.site !== next.site) return { ok: false, code: 'foreign_log' };
  const before = { size: checkpoint.size, frontier };
  if (!isCompactRange(before) || !frontier.every(isHash) || rootOf(before, sha256) !== checkpoint.root)
    return { ok: false, code: 'frontier_mismatch' };
  if (checkpoint.size + leafHashes.length !== next.size) return { ok: false, code: 'size_mismatch' };
  if (!leafHashes.every(isHash)) return { ok: false, code: 'root_mismatch' };
  const range = appendLeaves(before, leafHashes, sha256);
  return rootOf(range, sha256) === next.root ? { ok: true, range } : { ok: false, code: 'root_mismatch' };
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
