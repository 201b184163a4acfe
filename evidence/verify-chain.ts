import type { Sha256 } from './digest.ts';
import { entryHash, type LedgerEntry, type LedgerHead } from './ledger.ts';
import { appendLeaves } from './merkle.ts';

export type ChainVerdict =
  | {
      readonly ok: true;
      /** Where the next increment continues. */
      readonly head: LedgerHead;
    }
  | {
      readonly ok: false;
      /** Number the entry should have had. */
      readonly seq: number;
      /**
       * - `entry_missing`: another number stands where this one should
       * - `chain_broken`: it does not continue from the entry before it
       * - `entry_changed`: its content has another hash
       */
      readonly code: 'entry_missing' | 'chain_broken' | 'entry_changed';
    };

/**
 * Whether `entries` are what a ledger that ended at `head` continues with: numbers, chain and every hash. Gives the head after
 * them, whose root a signed checkpoint must have. Work is in proportion to the entries given, so a day's check reads a day. Says
 * nothing about the signatures in the envelopes.
 */
export function verifyChain(head: LedgerHead, entries: readonly LedgerEntry[], sha256: Sha256): ChainVerdict {
  let seq = head.size;
  let previousHash = head.headHash;
  for (const entry of entries) {
    if (entry.seq !== seq) return { ok: false, seq, code: 'entry_missing' };
    if (entry.previousHash !== previousHash) return { ok: false, seq, code: 'chain_broken' };
    if (entryHash(entry, sha256) !== entry.entryHash) return { ok: false, seq, code: 'entry_changed' };
    previousHash = entry.entryHash;
    seq++;
  }
  const leaves = entries.map((entry) => entry.entryHash);
  const { frontier } = appendLeaves(head, leaves, sha256);
  return { ok: true, head: { site: head.site, size: seq, headHash: previousHash, frontier } };
}
