import type { RunResult } from '../../contracts/central-activities.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Envelope } from '../../contracts/order.ts';
import type { Story } from '../../contracts/story.ts';
import type { Disclosure, NewSalt } from '../../evidence/disclosure/commitment.ts';
import type { Signer } from '../../evidence/signer.ts';

/** What recording needs of others. */
export interface RecordDependencies {
  /** The catalogue as it stands. */
  catalog(): Catalog;
  ledger: EvidenceLedger;
  incidents: {
    /** Stores the story for the API. Idempotent; an older story never replaces a newer one. */
    project(story: Story): Promise<void>;
  };
  slots: {
    /** Ends the order's claim and remembers how the run ended. Idempotent. */
    settle(orderId: string, site: string, result: RunResult, at: string): Promise<void>;
  };
  /** Holds the key that evidence is signed with. */
  signer: Signer;
  newSalt: NewSalt;
  now(): Date;
}

/** A site's append-only ledger. */
export interface EvidenceLedger {
  /**
   * Appends the envelope with its disclosures and projects the story in one transaction. Resolves when all are on disk.
   * Idempotent by `recordId`: of a record made twice, envelope and disclosures are those that came first.
   */
  append(record: {
    site: string;
    recordId: string;
    envelope: Envelope;
    disclosures?: readonly Disclosure[];
    story?: Story;
  }): Promise<{ seq: number; appended: boolean }>;
}
