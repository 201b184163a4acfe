import type { BundleKey } from '../../evidence/countersign.ts';
import type { Disclosure } from '../../evidence/disclosure/commitment.ts';
import type { Envelope } from '../../contracts/order.ts';
import type { Signer } from '../../evidence/signer.ts';

/** What taking evidence in needs of others. */
export interface EvidenceIntakeDependencies {
  ledger: {
    /** Appends the envelope, with what opens it. Resolves when it is on disk. Idempotent by `recordId`. */
    append(record: {
      site: string;
      recordId: string;
      envelope: Envelope;
      disclosures: readonly Disclosure[];
    }): Promise<{ seq: number }>;
  };
  /** Every key that appliances of the site ever signed with. */
  applianceKeys(site: string): Promise<readonly BundleKey[]>;
  /** Holds the key that evidence is countersigned with. */
  signer: Signer;
  now(): Date;
}
