import { type CompactRange, rootOf } from '../merkle.ts';
import type { Sha256 } from '../digest.ts';

/** What a ledger was at one size. */
export interface LedgerPoint {
  readonly size: number;
  /** Root of its tree; undefined where something before was wrong, so that another root would only be a consequence. */
  readonly root: string | undefined;
  /** When the last entry of that size was recorded; undefined where the archive does not have it. */
  readonly recordedAt: string | undefined;
}

/** Remembers what a ledger was at the sizes that its checkpoints and anchors are of. */
export class LedgerPoints {
  private readonly wanted: ReadonlySet<number>;
  private readonly points = new Map<number, LedgerPoint>();
  private readonly sha256: Sha256;

  constructor(wanted: ReadonlySet<number>, sha256: Sha256) {
    this.wanted = wanted;
    this.sha256 = sha256;
  }

  /** The ledger has that tree now. Of a size that comes twice, as with a repeated entry, the first counts. */
  reach(tree: CompactRange, isSound: boolean, recordedAt: string | undefined): void {
    const { size } = tree;
    if (!this.wanted.has(size) || this.points.has(size)) return;
    this.points.set(size, { size, root: isSound ? rootOf(tree, this.sha256) : undefined, recordedAt });
  }

  at(size: number): LedgerPoint | undefined {
    return this.points.get(size);
  }
}
