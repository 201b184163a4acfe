import type { LedgerEntry } from '../../evidence/ledger.ts';
import type { Cryptography } from '../../evidence/signer.ts';
import type { SiteRetention, SiteStorage } from '../../domain/retention/site-storage.ts';
import type { ReconciliationReport } from '../../domain/retention/reconciliation.ts';
import type { ObjectStore } from '../../objects/object-store.ts';

/** The store that is set up, whether it can be opened now or not. */
export interface StoreSetting {
  /** Tells it from every other store; holds no credentials. */
  readonly name: string;
  readonly kind: 'local' | 's3';
  /** Whether there is an account that sets holds and removes what has expired. */
  readonly canHold: boolean;
  /** Opens it, or gives what is open. Rejects with ObjectStoreError. */
  open(): Promise<OpenStore>;
  /** Lets it go after a failure: the next call opens, and so proves, it anew. */
  forget(): void;
}

export interface OpenStore {
  /** Puts, reads and prolongs. */
  readonly objects: ObjectStore;
  /** The same store with the account that sets holds and removes; absent where there is none. */
  readonly custodian?: ObjectStore;
}

/** Which evidence is in which store. */
export interface StorageRecords {
  enterStore(
    store: { name: string; kind: 'local' | 's3'; level?: ObjectStore['level']; canHold: boolean },
    at: string,
  ): Promise<void>;
  noteFailure(
    store: string,
    failure: { code: string; message: string; nextStep: string; since: string } | undefined,
  ): Promise<void>;
  states(store: string): Promise<SiteStorage[]>;
  state(site: string, store: string): Promise<SiteStorage | undefined>;
  advance(
    state: SiteRetention & { site: string },
    store: string,
    stored: { entries?: number; checkpointSize?: number; at: string },
  ): Promise<void>;
  markApplied(state: SiteRetention & { site: string }, store: string, at: string): Promise<void>;
  noteProblem(
    site: string,
    store: string,
    problem: { code: string; message: string; at: string } | undefined,
  ): Promise<void>;
  keepNewestCheckpoint(site: string, at: string): Promise<KeptCheckpoint | undefined>;
  checkpoints(site: string, afterSize: number, limit: number): Promise<KeptCheckpoint[]>;
  keepReport(report: ReconciliationReport): Promise<void>;
}

export interface KeptCheckpoint {
  size: number;
  /** Signed note. */
  checkpoint: string;
  /** ISO 8601. */
  recordedAt: string;
}

/** Where the worker says what a person should know. */
export interface StorageLog {
  info(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface StorageDependencies {
  /** Absent where none is set up. */
  readonly store: StoreSetting | undefined;
  readonly records: StorageRecords;
  readonly ledger: { read(site: string, fromSeq: number, limit: number): Promise<LedgerEntry[]> };
  /** Keys that sign checkpoints and have not been revoked. */
  readonly checkpointKeys: () => Promise<readonly Uint8Array[]>;
  readonly cryptography: Cryptography;
  readonly now: () => Date;
  readonly log: StorageLog;
}

/** What each piece of work on an open store needs. */
export interface StorageContext extends Omit<StorageDependencies, 'store'>, OpenStore {
  readonly store: StoreSetting;
}
