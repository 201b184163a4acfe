import type { WitnessKey } from '../activities/witness/ports.ts';
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

/** Reads the keys that witnesses of a site cosign with; ends of keys are heeded from the next reading on. */
export function createWitnessKeys(
  keys: Pick<SigningKeys, 'list'>,
): (site: string) => Promise<readonly WitnessKey[]> {
  return async (site) =>
    (await keys.list('witness', { site })).flatMap(({ publicKey, firstUsedAt, name, ...key }) =>
      name === undefined
        ? []
        : [{ ...key, name, publicKey: readPublicKey(publicKey), notBefore: firstUsedAt }],
    );
}
