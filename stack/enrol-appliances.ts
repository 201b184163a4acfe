import { join } from 'node:path';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { keyIdOf } from '../evidence/signer.ts';
import { witnessName } from '../evidence/witness/witness-name.ts';
import type { SigningKeys } from '../persistence/signing-keys.ts';
import { applianceKeyFiles, provisionSiteSecrets, publicHalf } from './secrets.ts';

/** An appliance whose secrets are kept in a directory of this machine. */
export interface EnrolledAppliance {
  site: string;
  appliance: string;
  secretsDirectory: string;
}

/** Gives each appliance its secrets and notes the public halves of its keys, so that what it signs counts. Idempotent. */
export async function enrolAppliances(
  keys: Pick<SigningKeys, 'remember'>,
  centralSecrets: string,
  appliances: readonly EnrolledAppliance[],
  now: Date,
): Promise<void> {
  for (const { site, appliance, secretsDirectory } of appliances) {
    provisionSiteSecrets(centralSecrets, secretsDirectory, site);
    for (const purpose of ['appliance', 'witness'] as const) {
      const publicKey = publicHalf(join(secretsDirectory, applianceKeyFiles[purpose]));
      await keys.remember({
        keyId: keyIdOf(readPublicKey(publicKey), sha256),
        purpose,
        publicKey,
        firstUsedAt: now.toISOString(),
        site,
        appliance,
        ...(purpose === 'witness' && { name: witnessName(site, appliance) }),
      });
    }
  }
}
