import type { ReconciliationReport, ReconciliationWalk } from '../../domain/retention/reconciliation.ts';
import type { StorageWork } from '../../domain/retention/site-storage.ts';

/**
 * Storage of evidence as objects, as the workflows `store` and `reconcile` see it. Each is idempotent and moves on by a bounded
 * piece, so that it may be killed anywhere and called again. Each rejects while the store does not answer, is full or refuses us,
 * after that was noted; it is called again for as long as it takes.
 */
export interface StorageActivities {
  /** What is to be done, by site; nothing where no store is set up. */
  listStorageWork(): Promise<{ work: StorageWork[] }>;
  /**
   * Puts the next entries of a site that are not in the store, in order, and its newest checkpoint after the last of them.
   * `hasMore` where there are more to put now.
   */
  storeNext(input: { site: string }): Promise<{ stored: number; hasMore: boolean }>;
  /** Brings the next objects of a site in line with its plan and hold. Without `walk` in the result all of them are. */
  applyNext(input: { site: string; walk?: ApplyWalk }): Promise<{ walk?: ApplyWalk }>;
  /** Sites whose ledger and store are to be compared. */
  listLedgers(): Promise<{ sites: string[] }>;
  /** Compares the next part of ledger and store. Ends with the report, which is kept and logged. */
  reconcileNext(input: { site: string; walk?: ReconciliationWalk }): Promise<ReconcileStep>;
}

/** How far plan and hold, as they were when it began, have been brought to the objects of a site. */
export interface ApplyWalk {
  plan: 'essential' | 'professional' | 'enterprise';
  hold?: { id: number; isOn: boolean };
  /** Checkpoints up to this size are in line. */
  checkpointsTo: number;
  /** Entries below this number are in line. */
  entriesTo: number;
}

export type ReconcileStep = { walk: ReconciliationWalk } | { report: ReconciliationReport | undefined };
