import { createPublicKey } from 'node:crypto';
import type { ApiEvidencePublicKey } from '../contracts/api/evidence.ts';
import type { NamedKey } from '../evidence/dsse.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { keyIdOf } from '../evidence/signer.ts';

/** The public half of a private key in PEM; the private half is not kept. */
export function evidencePublicKey(privateKeyPem: string): ApiEvidencePublicKey {
  const pem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  return { keyId: keyIdOf(readPublicKey(pem), sha256), algorithm: 'Ed25519', pem };
}

/** The keys in PEM as verification takes them, each once. Key ids are computed, not believed. */
export function namedKeys(pems: readonly string[]): NamedKey[] {
  const keys = new Map<string, NamedKey>();
  for (const pem of pems) {
    const publicKey = readPublicKey(pem);
    const keyId = keyIdOf(publicKey, sha256);
    keys.set(keyId, { keyId, publicKey });
  }
  return [...keys.values()];
}
