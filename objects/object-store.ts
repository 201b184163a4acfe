import type { StoredObject } from '../domain/retention/stored-object.ts';

/**
 * What a store can honestly promise. `compliance`: until its time nobody can change or delete an object, the store's
 * administrator included (S3 Object Lock). `immutable`: the operating system refuses change until root of the machine
 * takes the mark off. `advisory`: only file permissions stand against it.
 */
export type StoreLevel = 'compliance' | 'immutable' | 'advisory';

export interface PutOptions {
  /** ISO 8601, UTC; rounded up to a whole second. */
  retainUntil: string;
  /** SHA-256 of the bytes, lower-case hex, computed by who has the truth about them; refused where the bytes have another. */
  sha256: string;
}

/**
 * Objects that are written once and kept for a time. Keys are segments of `a-z 0-9 . _ -`, joined by `/`. All functions reject
 * with ObjectStoreError, and with nothing else for what a store, a disk or a network does; each request to the store ends within
 * the store's time limit.
 */
export interface ObjectStore {
  readonly level: StoreLevel;
  /**
   * Stores an object durably, with its retention, whole or not at all. `present` where the same content was there already;
   * its retention is then at least the one asked for. Rejects with `conflict` where other content is there, which stays.
   */
  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<'stored' | 'present'>;
  /** The content as it was first written. Rejects with `not_found`, and with `damaged` where it has not the hash it was stored with. */
  get(key: string): Promise<Uint8Array>;
  /** Rejects with `not_found`. */
  head(key: string): Promise<StoredObject>;
  /** All objects whose key begins with `prefix` and comes after `after`, ascending by UTF-16 code units of the key. */
  list(prefix: string, options?: { after?: string }): AsyncIterable<StoredObject>;
  /** Prolongs the retention to `until`; what is later already stays. Never shortens. Rejects with `not_found`. */
  extendRetention(key: string, until: string): Promise<void>;
  /** Sets or lifts a hold, which keeps the object beyond its retention. Idempotent. Rejects with `not_found`. */
  setLegalHold(key: string, on: boolean): Promise<void>;
  /**
   * Deletes an object whose retention is over and that has no hold; that it is gone already is success. Rejects with
   * `locked` otherwise.
   */
  removeExpired(key: string): Promise<void>;
  /** Lets connections go. */
  close(): void;
}

/** Largest object: an entry holds a story cut at the source, far below it. */
export const maxObjectBytes = 16 * 1024 * 1024;
