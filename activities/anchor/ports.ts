import type { LookOutcome, CalendarStanding } from '../../domain/anchor/anchor-progress.ts';
import type { HeaderAtHeight } from '../../evidence/anchor/anchor.ts';

/** The platform's `fetch`, as far as it is used here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A way to have a digest attested in time by somebody else. */
export interface Anchorer {
  /** How an archive keeps the proofs: as `ots`, or among `tokens`. */
  readonly kind: 'ots' | 'rfc3161';
  /**
   * Has `digest` (SHA-256, 32 bytes) attested, or promised to be. Idempotent but for the cost: a second proof is as good as the
   * first. Rejects with AnchorError.
   */
  stamp(digest: Uint8Array): Promise<Stamped>;
  /** What has become of a proof since. Changes nothing where nothing has. Rejects with AnchorError. */
  look(proof: Uint8Array, digest: Uint8Array): Promise<Look>;
}

export interface Stamped {
  /** A whole `.ots` file, or a time-stamp token in DER. */
  readonly proof: Uint8Array;
  /** What each one asked did. */
  readonly standings: readonly CalendarStanding[];
}

export interface Look extends LookOutcome {
  /** Contains all that the old one had, but what the chain contradicts. */
  readonly proof: Uint8Array;
  /** Headers of the attesting blocks, in ascending order of height: what an archive keeps beside the proof. */
  readonly headers: readonly HeaderAtHeight[];
}

/** Block headers of the chain with the most work, from somebody the operator trusts. */
export interface BlockHeaders {
  /** The raw header (160 hex digits) at a height; undefined above the tip. Rejects with AnchorError `headers_unavailable`. */
  headerAt(height: number): Promise<string | undefined>;
  /** Height of the tip. */
  tip(): Promise<number>;
}
