import { createPublicKey } from 'node:crypto';
import type { ApiEvidencePublicKey, ApiHistoricalKey, ApiSiteKey } from '../contracts/api/evidence.ts';
import type { BundleKey } from '../evidence/countersign.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { keyIdOf } from '../evidence/signer.ts';
import type { SigningKey, SigningKeys } from '../persistence/signing-keys.ts';
import { verificationKey } from '../persistence/verification-key.ts';

/** The public half of a private key in PEM; the private half is not kept. */
export function evidencePublicKey(privateKeyPem: string): Omit<ApiEvidencePublicKey, 'keys'> {
  const pem = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();
  return { keyId: keyIdOf(readPublicKey(pem), sha256), algorithm: 'Ed25519', pem };
}

/** Every key of central's that was ever in use, by purpose and first use. */
export async function keyHistory(keys: Pick<SigningKeys, 'list'>): Promise<ApiHistoricalKey[]> {
  const purposes = ['evidence', 'checkpoint', 'order'] as const;
  const lists = await Promise.all(
    purposes.map(async (purpose) =>
      (await keys.list(purpose)).map(({ publicKey, firstUsedAt, ...key }) => ({
        ...key,
        purpose,
        pem: publicKey,
        notBefore: firstUsedAt,
      })),
    ),
  );
  return lists.flat();
}

/** Every key that was ever in use at a practice, by purpose and first use. */
export async function siteKeyHistory(keys: Pick<SigningKeys, 'list'>, site: string): Promise<ApiSiteKey[]> {
  const lists = await Promise.all(
    (['appliance', 'witness'] as const).map(async (purpose) =>
      (await keys.list(purpose, { site })).map(({ publicKey, firstUsedAt, appliance = '', ...key }) => ({
        ...key,
        purpose,
        appliance,
        pem: publicKey,
        notBefore: firstUsedAt,
      })),
    ),
  );
  return lists.flat();
}

/**
 * The keys that bundles of a site are verified by, each once for each purpose. Key ids are computed, not believed. The key in use
 * counts from ever where no worker has noted it yet.
 */
export function bundleKeys(currentPem: string, stored: readonly SigningKey[]): BundleKey[] {
  const publicKey = readPublicKey(currentPem);
  const current: BundleKey = {
    keyId: keyIdOf(publicKey, sha256),
    publicKey,
    purpose: 'evidence',
    notBefore: new Date(0).toISOString(),
  };
  const keys = [current, ...stored.map(verificationKey)];
  return [...new Map(keys.map((key) => [`${key.purpose} ${key.keyId}`, key])).values()];
}
