import { appendLeaves, type CompactRange, rootOf } from '../evidence/merkle.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { verifyIncrement } from '../evidence/tiles/verify-increment.ts';
import type { BenchContext } from './bench-context.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const sizes = { few: 10_000, most: 1_000_000 };
/** New entries of a day. */
const day = 1_000;
const rounds = 41;

/**
 * Time of the daily check, of the thousand entries that are new since the checkpoint that was checked last, in a ledger of a
 * million entries over the same in one of ten thousand.
 */
export function run({ say }: BenchContext): Promise<BenchResult> {
  const tookMs = { few: [] as number[], most: [] as number[] };
  const ledgers = { few: growTo(sizes.few), most: growTo(sizes.most) };
  for (let round = 0; round <= rounds; round++) {
    for (const which of ['few', 'most'] as const) {
      const before = ledgers[which];
      const leaves = Array.from({ length: day }, (_, number) => sha256(`${which} ${round} ${number}`));
      const after = appendLeaves(before, leaves, sha256);
      const startedAt = performance.now();
      const verdict = verifyIncrement(
        { checkpoint: checkpointOf(before), frontier: before.frontier },
        leaves,
        checkpointOf(after),
        sha256,
      );
      const took = performance.now() - startedAt;
      if (!verdict.ok) throw new Error(`a sound increment was not verified: ${verdict.code}`);
      ledgers[which] = after;
      // The first warms the code up.
      if (round > 0) tookMs[which].push(took);
    }
  }
  say(`${rounds} days in turn, ${day} new entries each`);
  return Promise.resolve({
    name: 'verify-growth',
    ratio: median(tookMs.most) / median(tookMs.few),
    floor: 1.5,
    higherIsBetter: false,
    ours: median(tookMs.most),
    reference: median(tookMs.few),
    unit: 'ms',
  });
}

function growTo(size: number): CompactRange {
  const leaves = Array.from({ length: size }, (_, number) => sha256(String(number)));
  return appendLeaves({ size: 0, frontier: [] }, leaves, sha256);
}

const checkpointOf = (range: CompactRange) => ({ site, size: range.size, root: rootOf(range, sha256) });
