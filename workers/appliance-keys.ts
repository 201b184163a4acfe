import type { BundleKey } from '../evidence/countersign.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import type { SigningKeys } from '../persistence/signing-keys.ts';

/** Reads the keys that appliances of a site sign with; ends of keys are heeded from the next reading on. */
export function createApplianceKeys(
  keys: Pick<SigningKeys, 'list'>,
): (site: string) => Promise<readonly BundleKey[]> {
  return async (site) =>
    (await keys.list('appliance', { site })).map(({ publicKey, firstUsedAt, ...key }) => ({
      ...key,
      publicKey: readPublicKey(publicKey),
      notBefore: firstUsedAt,
    }));
}
