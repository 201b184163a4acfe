import type { LedgerHead } from '../../evidence/ledger.ts';
import type { StoreDifference } from './reconcile.ts';

/** What the ledger itself was found to be, before anything was judged by it. */
export type LedgerFinding =
  { verified: true; entries: number } | { verified: false; entries: number; code: LedgerDamage };

/**
 * - `entry_missing`, `chain_broken`, `entry_changed`: as verifyChain finds them
 * - `checkpoint_absent`: no checkpoint is there, so that nothing says the chain is the one that was signed
 * - `checkpoint_wrong`: its root is not the chain's, or no known key signed it
 */
export type LedgerDamage =
  'entry_missing' | 'chain_broken' | 'entry_changed' | 'checkpoint_absent' | 'checkpoint_wrong';

/** How a reconciliation of one site ended. Times are ISO 8601. */
export interface ReconciliationReport {
  site: string;
  /** Name of the store, as `storeName` of workers/storage.ts gives it. */
  store: string;
  startedAt: string;
  finishedAt: string;
  ledger: LedgerFinding;
  /** Objects of the site that the store listed. */
  objects: number;
  /** How many differences there were of each kind. */
  counts: DifferenceCounts;
  /** The first of them, `maxDifferences` at most. */
  differences: StoreDifference[];
  /** Missing objects that were put again. */
  restored: number;
  /** Objects removed because their time was over. */
  removed: number;
}
export type DifferenceCounts = Partial<Record<StoreDifference['kind'], number>>;

/** Differences kept in a report; all are counted. */
export const maxDifferences = 100;

/** What a walk over ledger and store has found so far. */
export interface ReconciliationTally {
  objects: number;
  counts: DifferenceCounts;
  differences: StoreDifference[];
  /** Objects whose time is over, so that they can be removed. */
  over: number;
  restored: number;
  removed: number;
}

/**
 * A reconciliation in progress, as plain values. It passes twice over ledger and store: it first `look`s, changing nothing, and only
 * where the whole ledger was verified to its signed checkpoint does it `mend`.
 */
export interface ReconciliationWalk {
  site: string;
  startedAt: string;
  pass: 'look' | 'mend';
  /** Size of the ledger at the start, which the checkpoint covers. */
  size: number;
  /** Signed note over the first `size` entries. */
  checkpoint?: string;
  /** Entries from here on may wait to be put. */
  storedEntries: number;
  storedCheckpoint: number;
  /** Checkpoints come before entries, as their keys do. */
  phase: 'checkpoints' | 'entries';
  /** Everything up to this key has been compared. */
  after: string;
  /** Checkpoints up to this size have been compared. */
  checkpointsTo: number;
  /** The verified ledger as far as the walk has read it; the first entries of a pass are read from the beginning. */
  head: LedgerHead;
  /** What is wrong with the ledger, once something is. */
  damage?: LedgerDamage;
  tally: ReconciliationTally;
}

export const emptyTally: ReconciliationTally = {
  objects: 0,
  counts: {},
  differences: [],
  over: 0,
  restored: 0,
  removed: 0,
};

/** The tally with `found` added to it. */
export function addDifferences(
  tally: ReconciliationTally,
  found: readonly StoreDifference[],
): ReconciliationTally {
  const counts = { ...tally.counts };
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  const room = Math.max(0, maxDifferences - tally.differences.length);
  return { ...tally, counts, differences: [...tally.differences, ...found.slice(0, room)] };
}

/** How many differences of all kinds there were. */
export function differencesIn(counts: DifferenceCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How many differences are still there: missing objects that were put again are none any more. */
export function remainingDifferences({
  counts,
  restored,
}: Pick<ReconciliationReport, 'counts' | 'restored'>): number {
  return differencesIn(counts) - restored;
}

/** Whether ledger and store are at one now. */
export function isAtOne(report: ReconciliationReport): boolean {
  return report.ledger.verified && remainingDifferences(report) === 0;
}
