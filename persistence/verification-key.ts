import { readPublicKey } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { keyIdOf } from '../evidence/signer.ts';
import type { SigningKey } from './signing-keys.ts';

/** A stored key as verification takes it. */
export interface VerificationKey extends Omit<SigningKey, 'publicKey' | 'firstUsedAt'> {
  /** Raw, 32 bytes. */
  publicKey: Uint8Array;
  /** ISO 8601, UTC. */
  notBefore: string;
}

/** A key counts from its first use; its id is computed, not believed. */
export function verificationKey({ publicKey: pem, firstUsedAt, ...key }: SigningKey): VerificationKey {
  const publicKey = readPublicKey(pem);
  return { ...key, keyId: keyIdOf(publicKey, sha256), publicKey, notBefore: firstUsedAt };
}
