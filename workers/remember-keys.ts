import { createPublicKey } from 'node:crypto';
import type { Signer } from '../evidence/signer.ts';
import type { SigningKeys } from '../persistence/signing-keys.ts';

/** Ed25519 SubjectPublicKeyInfo up to the key itself (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Notes the public keys in use from now on, so that their signatures can be judged when they are long replaced. Rejects where one of
 * them has ended: what it signed would count for nothing.
 */
export async function rememberKeys(
  keys: SigningKeys,
  signers: { evidence: Signer; order: Signer },
  now: Date,
): Promise<void> {
  for (const [purpose, signer] of Object.entries(signers) as ['evidence' | 'order', Signer][]) {
    await keys.remember({
      keyId: signer.keyId,
      purpose,
      publicKey: pemOf(signer.publicKey),
      firstUsedAt: now.toISOString(),
    });
    const known = (await keys.list(purpose)).find(({ keyId }) => keyId === signer.keyId);
    const end = known?.revokedAt ?? known?.retiredAt;
    if (end !== undefined)
      throw new Error(
        `The key of purpose ${purpose} in use, ${signer.keyId}, has ended (${end}). Put a new one in its place and start again.`,
      );
  }
}

function pemOf(publicKey: Uint8Array): string {
  const der = Buffer.concat([spkiPrefix, publicKey]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
    .export({ format: 'pem', type: 'spki' })
    .toString();
}
