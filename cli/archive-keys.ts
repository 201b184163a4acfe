import type { ArchiveKey } from '../evidence/archive/key-history.ts';
import { encodeBase64 } from '../evidence/bytes.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import type { Signer } from '../evidence/signer.ts';
import type { Persistence } from '../persistence/create-persistence.ts';
import type { SigningKey } from '../persistence/signing-keys.ts';

/** Keys of central, and of the site's appliances and witnesses. */
export async function allKeys({ signingKeys }: Persistence, site: string): Promise<SigningKey[]> {
  const central = (['evidence', 'checkpoint', 'order'] as const).map((purpose) => signingKeys.list(purpose));
  const own = (['appliance', 'witness'] as const).map((purpose) => signingKeys.list(purpose, { site }));
  return (await Promise.all([...central, ...own])).flat();
}

/** Every key as the archive lists it. The keys of evidence sign checkpoints too. */
export function archiveKeys(stored: SigningKey[], signer: Signer, keysFrom: string): ArchiveKey[] {
  const own: ArchiveKey = {
    keyId: signer.keyId,
    publicKey: encodeBase64(signer.publicKey),
    purpose: 'evidence',
    notBefore: keysFrom,
  };
  const history = stored.map(({ publicKey, firstUsedAt, ...key }): ArchiveKey => ({
    ...key,
    publicKey: encodeBase64(readPublicKey(publicKey)),
    notBefore: firstUsedAt,
  }));
  const isKnown = history.some(({ keyId, purpose }) => keyId === own.keyId && purpose === 'evidence');
  const keys = isKnown ? history : [...history, own];
  const checkpointKeys = keys
    .filter(({ purpose }) => purpose === 'evidence')
    .map((key): ArchiveKey => ({ ...key, purpose: 'checkpoint' }));
  const unique = new Map([...checkpointKeys, ...keys].map((key) => [`${key.purpose} ${key.keyId}`, key]));
  return [...unique.values()];
}
