import type { WitnessRefusal } from '../../contracts/witnessing.ts';
import type { KeyPeriod } from '../../evidence/key-rules.ts';
import type { LedgerHead } from '../../evidence/ledger.ts';
import type { CompactRange } from '../../evidence/merkle.ts';
import type { Witness } from '../../evidence/witness/cosignature.ts';

/** A key that a witness was enrolled with, and when its cosignatures count. */
export interface WitnessKey extends Witness, KeyPeriod {}

/** What having ledgers witnessed needs of others. */
export interface WitnessDependencies {
  ledger: {
    /** The end of the ledger and its newest note, as they were at one moment. */
    checkpointed(site: string): Promise<{ head: LedgerHead; checkpoint?: string }>;
    /** Hashes of the entries from `fromSeq` on, in order, `limit` at most. */
    readHashes(site: string, fromSeq: number, limit: number): Promise<string[]>;
  };
  cosignatures: {
    /** The ledger as it was at the largest size that was cosigned, or at that size. */
    range(site: string, size?: number): Promise<CompactRange | undefined>;
    keep(
      site: string,
      cosignature: {
        witness: string;
        size: number;
        signedAt: string;
        recordedAt: string;
        checkpoint: string;
        line: string;
      },
      frontier: readonly string[],
    ): Promise<void>;
    /** Idempotent by `request`. */
    refuse(
      site: string,
      refusal: {
        request: string;
        witness: string;
        size: number;
        code: WitnessRefusal | 'unverified';
        recordedAt: string;
        checkpoint: string;
      },
    ): Promise<void>;
  };
  /** Every key that witnesses of the site were ever enrolled with. */
  witnessKeys(site: string): Promise<readonly WitnessKey[]>;
  now(): Date;
}
