import { decodeBase64 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { fingerprintOf } from '../signer.ts';
import type { ArchiveKey } from './key-history.ts';

/** A key as people compare it. */
export interface KeyFact {
  readonly purpose: string;
  readonly fingerprint: string;
}

/** Purposes and fingerprints of keys, in their order. */
export function keyFacts(keys: readonly ArchiveKey[], sha256: Sha256): KeyFact[] {
  return keys.map(({ purpose, publicKey }) => ({
    purpose,
    fingerprint: fingerprintOf(decodeBase64(publicKey) ?? new Uint8Array(), sha256),
  }));
}
