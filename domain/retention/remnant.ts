import type { LedgerEntry } from '../../evidence/ledger.ts';

/**
 * What stays of an entry whose content has expired. Its hash is still the leaf of the Merkle tree and what the next entry is
 * chained to, so roots, checkpoints and the proofs of all other entries are as they were; what it said can no longer be shown,
 * and nothing else can be put in its place.
 */
export interface EntryRemnant {
  seq: number;
  previousHash: string;
  entryHash: string;
  recordedAt: string;
  /** When the content went. ISO 8601, UTC. */
  expiredAt: string;
}

export function remnantOf(entry: LedgerEntry, expiredAt: string): EntryRemnant {
  const { seq, previousHash, entryHash, recordedAt } = entry;
  return { seq, previousHash, entryHash, recordedAt, expiredAt };
}
