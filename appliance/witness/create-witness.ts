import type { CosignAnswer } from '../../contracts/witnessing.ts';
import { checkpointOrigin } from '../../evidence/checkpoint.ts';
import type { Cryptography, Signer } from '../../evidence/signer.ts';
import { parseWitnessRequest } from '../../evidence/witness/witness-request.ts';
import { witnessStep } from '../../evidence/witness/witness-step.ts';
import type { WitnessStore } from './witness-store.ts';

/** Cosigns checkpoints of one ledger. */
export interface Witness {
  /** Answers the body of an `add-checkpoint` (c2sp.org/tlog-witness); a refusal is an answer. Rejects where its memory fails. */
  cosign(request: string): Promise<CosignAnswer>;
}

export interface WitnessOptions {
  /** Name it cosigns under, see evidence/witness/witness-name.ts. */
  name: string;
  /** Holds the key that it cosigns with and that signs nothing else. */
  signer: Signer;
  /** The site whose ledger it works for. */
  site: string;
  /** Raw public keys of that ledger; no other makes a checkpoint of it. */
  logKeys: readonly Uint8Array[];
  store: Pick<WitnessStore, 'step'>;
  /** Milliseconds since 1970. */
  now: () => number;
  cryptography: Cryptography;
}

export function createWitness(options: WitnessOptions): Witness {
  const { name, signer, site, store, now, cryptography } = options;
  const origin = checkpointOrigin(site);
  const logKeys = new Map([[origin, options.logKeys]]);
  return {
    cosign: async (text) => {
      const parsed = parseWitnessRequest(text);
      if (!parsed) return { kind: 'refused', witness: name, code: 'malformed' };
      const answer = await store.step(origin, (state) =>
        witnessStep(state, parsed.request, { name, signer, logKeys, nowMs: now(), cryptography }),
      );
      if (answer.kind === 'cosign')
        return { kind: 'cosigned', witness: name, cosignature: answer.cosignature };
      const { code, size } = answer;
      return { kind: 'refused', witness: name, code, ...(size !== undefined && { size }) };
    },
  };
}
