import { join } from 'node:path';
import type { Logger } from 'pino';
import type { CosignAnswer } from '../../contracts/witnessing.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { witnessName } from '../../evidence/witness/witness-name.ts';
import { readSigningKey } from '../evidence/signing-key.ts';
import { createWitness, type Witness } from './create-witness.ts';
import { readLogKeys } from './log-keys.ts';
import { WitnessStore } from './witness-store.ts';

export interface RunningWitness {
  witness: Witness;
  /** Lets its memory go. */
  close(): void;
}

/**
 * The witness of an appliance: it knows its site's ledger by the keys that lie in its own secrets, and never by what a request
 * says.
 *
 * @throws SigningKeyError
 * @throws LogKeysError
 * @throws WitnessStoreError
 */
export async function startWitness(
  about: { site: string; appliance: string; secretsDirectory: string; stateDirectory: string },
  logger: Logger,
): Promise<RunningWitness> {
  const { site, appliance, secretsDirectory, stateDirectory } = about;
  const signer = await readSigningKey(join(secretsDirectory, 'witness-signing.pem'));
  const logKeys = await readLogKeys(join(secretsDirectory, 'evidence-signing.pub.pem'));
  const store = new WitnessStore(join(stateDirectory, 'witness.db'));
  const witness = createWitness({
    name: witnessName(site, appliance),
    signer,
    site,
    logKeys,
    store,
    now: Date.now,
    cryptography: nodeCryptography,
  });
  const toldOf = (answer: CosignAnswer): CosignAnswer => {
    if (answer.kind === 'refused') logger.warn(answer, 'a checkpoint was not cosigned');
    return answer;
  };
  return {
    witness: { cosign: async (request) => toldOf(await witness.cosign(request)) },
    close: () => {
      store.close();
    },
  };
}
