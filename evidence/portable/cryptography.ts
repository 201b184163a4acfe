import { verifyAsync } from '@noble/ed25519';
import type { Cryptography, VerifyEd25519 } from '../signer.ts';
import { sha256 } from './sha256.ts';

/** Verification in JavaScript, with the platform's WebCrypto for SHA-512. RFC 8032 rules, not the laxer ZIP 215. */
export const verifyEd25519: VerifyEd25519 = async (publicKey, message, signature) => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    return await verifyAsync(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};

/** Cryptography for the verifier where there is no Node: a browser. */
export const portableCryptography: Cryptography = { sha256, verifyEd25519 };
