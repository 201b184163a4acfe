import type { WitnessActivities } from '../../contracts/central-activities.ts';
import { cosignAnswerSchema } from '../../contracts/witnessing.ts';
import { type CheckpointNote, parseCheckpoint } from '../../evidence/checkpoint.ts';
import { keyValidAt } from '../../evidence/key-rules.ts';
import { appendLeaves, type CompactRange, emptyRange } from '../../evidence/merkle.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { verifyCosignature } from '../../evidence/witness/cosignature.ts';
import { extendProof } from '../../evidence/witness/extend-proof.ts';
import { writeWitnessRequest } from '../../evidence/witness/witness-request.ts';
import type { WitnessDependencies, WitnessKey } from './ports.ts';

/** Hashes read at a time: 320 KB of hex. */
const pageSize = 5_000;

/** Has the checkpoints of ledgers cosigned by witnesses (H3). */
export function createWitnessActivities(dependencies: WitnessDependencies): WitnessActivities {
  const { ledger, cosignatures } = dependencies;

  async function* hashes(site: string, from: number, to: number) {
    for (let at = from; at < to; at += pageSize)
      yield await ledger.readHashes(site, at, Math.min(pageSize, to - at));
  }

  /** The ledger at that size: as it was kept with a cosignature, or from its beginning. */
  async function rangeAt(site: string, size: number): Promise<CompactRange> {
    const kept = await cosignatures.range(site, size);
    if (kept) return kept;
    let range: CompactRange = emptyRange;
    for await (const page of hashes(site, 0, size)) range = appendLeaves(range, page, sha256);
    return range;
  }

  /** None where entries are missing or the ledger became shorter: what follows from that is the witness's to say. */
  async function proofFrom(site: string, oldSize: number, size: number): Promise<string[]> {
    if (oldSize > size) return [];
    try {
      return await extendProof(await rangeAt(site, oldSize), size, hashes(site, oldSize, size), sha256);
    } catch (error) {
      if (error instanceof RangeError) return [];
      throw error;
    }
  }

  return {
    prepareWitnessRequest: async ({ site, from }) => {
      if ((await dependencies.witnessKeys(site)).length === 0) return { kind: 'nothing' };
      const { head, checkpoint } = await ledger.checkpointed(site);
      const { size, frontier } = head;
      if (checkpoint === undefined || parseCheckpoint(checkpoint)?.checkpoint.size !== size)
        return { kind: 'nothing' };
      const oldSize = from ?? (await cosignatures.range(site))?.size ?? 0;
      const proof = oldSize === 0 ? [] : await proofFrom(site, oldSize, size);
      const body = writeWitnessRequest({ oldSize, proof, note: checkpoint });
      return { kind: 'prepared', body, checkpoint, size, frontier };
    },

    settleWitnessAnswer: async ({ site, request, asked, answer: untrusted }) => {
      const answer = cosignAnswerSchema.parse(untrusted);
      const { checkpoint, size, frontier } = asked;
      const { witness } = answer;
      const keys = (await dependencies.witnessKeys(site)).filter(({ name }) => name === witness);
      if (keys.length === 0) return { kind: 'stranger', witness };
      const recordedAt = dependencies.now().toISOString();
      if (answer.kind === 'cosigned') {
        const line = answer.cosignature;
        const signedAt = await timeOf(parseCheckpoint(checkpoint + line), keys, recordedAt);
        if (signedAt !== undefined) {
          const kept = { witness, size, signedAt, recordedAt, checkpoint, line };
          await cosignatures.keep(site, kept, frontier);
          return { kind: 'cosigned', witness, size };
        }
      }
      const code = answer.kind === 'refused' ? answer.code : 'unverified';
      await cosignatures.refuse(site, { request, witness, size, code, recordedAt, checkpoint });
      return { kind: 'refused', witness, size, code };
    },
  };
}

/** When the note was cosigned with one of the keys, ISO 8601; undefined where it was not, or with one that does not count. */
async function timeOf(
  note: CheckpointNote | undefined,
  keys: readonly WitnessKey[],
  receivedAt: string,
): Promise<string | undefined> {
  for (const key of note ? keys : []) {
    const verdict = note && (await verifyCosignature(note, key, nodeCryptography));
    if (verdict?.kind !== 'valid' || verdict.timestamp > latestSeconds) continue;
    const signedAt = new Date(verdict.timestamp * 1_000).toISOString();
    if (keyValidAt(key, { signedAt, receivedAt }) === 'valid') return signedAt;
  }
  return undefined;
}

/** The end of the year 9999: what is stored has four digits for a year. */
const latestSeconds = 253_402_300_799;
