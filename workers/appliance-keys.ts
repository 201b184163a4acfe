import type { WitnessKey } from '../activities/witness/ports.ts';
import type { BundleKey } from '../evidence/countersign.ts';
import type { SigningKeys } from '../persistence/signing-keys.ts';
import { verificationKey } from '../persistence/verification-key.ts';

/** Reads the keys that appliances of a site sign with; ends of keys are heeded from the next reading on. */
export function createApplianceKeys(
  keys: Pick<SigningKeys, 'list'>,
): (site: string) => Promise<readonly BundleKey[]> {
  return async (site) => (await keys.list('appliance', { site })).map(verificationKey);
}

/** Reads the keys that witnesses of a site cosign with; ends of keys are heeded from the next reading on. */
export function createWitnessKeys(
  keys: Pick<SigningKeys, 'list'>,
): (site: string) => Promise<readonly WitnessKey[]> {
  return async (site) =>
    (await keys.list('witness', { site }))
      .map(verificationKey)
      .flatMap(({ name, ...key }) => (name === undefined ? [] : [{ ...key, name }]));
}
