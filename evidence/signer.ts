import type { Sha256 } from './digest.ts';

/** Signs with one Ed25519 key (RFC 8032, pure). The private key stays inside. */
export interface Signer {
  readonly keyId: string;
  /** Raw public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * Whether `signature` is `publicKey`'s over `message`. False, never an exception, for keys and signatures of any wrong
 * form. A promise where the platform has no synchronous way.
 */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** What verification needs of the platform it runs on. */
export interface Cryptography {
  readonly sha256: Sha256;
  readonly verifyEd25519: VerifyEd25519;
}

/** SHA-256 (hex) of the raw public key: what a person compares and pins. */
export function fingerprintOf(publicKey: Uint8Array, sha256: Sha256): string {
  return sha256(publicKey);
}

/** Names a key in an envelope: the first 16 digits of its fingerprint. A hint to find the key, no proof of it. */
export function keyIdOf(publicKey: Uint8Array, sha256: Sha256): string {
  return fingerprintOf(publicKey, sha256).slice(0, 16);
}
