import type { SettledRecord, SignedRecord } from '../../../contracts/evidence-record.ts';
import type {
  ApiEvidenceBundle,
  ApiEvidencePublicKey,
  ApiEvidenceVerification,
  ApiSiteKey,
  VerificationScope,
} from '../../../contracts/api/evidence.ts';
import type { ApiEvidenceSummary } from '../../../contracts/api/evidence-summary.ts';

/** The evidence of sites. */
export interface EvidenceReader {
  summary(site: string): Promise<ApiEvidenceSummary>;
  /** Recomputes the chain with its signatures: all of it, or what is new since the last time. */
  verify(site: string, scope: VerificationScope): Promise<ApiEvidenceVerification>;
  /** Up to `limit` bundles from entry `from` on, in the order of the ledger. */
  bundles(site: string, range: { from: number; limit: number }): Promise<ApiEvidenceBundle[]>;
  /** The key that signs now, and every key before it. */
  publicKey(): Promise<ApiEvidencePublicKey>;
  /** Keys that are kept at the practice. */
  siteKeys(site: string): Promise<ApiSiteKey[]>;
}

/** Takes signed records in. */
export interface EvidenceSubmitter {
  /** What became of each record. Repeatable: the same records become no further entries. */
  submit(site: string, records: SignedRecord[]): Promise<SettledRecord[]>;
}
