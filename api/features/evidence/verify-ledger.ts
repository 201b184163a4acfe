import { z } from 'zod';
import type { ApiEvidenceVerification } from '../../../contracts/api/evidence.ts';
import { isSignedBy, parseCheckpoint } from '../../../evidence/checkpoint.ts';
import { verifyEnvelope, type NamedKey } from '../../../evidence/dsse.ts';
import { type KeyPeriod, keyValidAt } from '../../../evidence/key-rules.ts';
import { entryHash, genesisHash, type LedgerEntry } from '../../../evidence/ledger.ts';
import { appendLeaf, emptyRange, rootOf } from '../../../evidence/merkle.ts';
import type { Cryptography } from '../../../evidence/signer.ts';

type Damage = NonNullable<ApiEvidenceVerification['damage']>;

/** A key and when its signatures count. */
export interface DatedKey extends NamedKey, KeyPeriod {}

/** The stored ledger, as verification reads it. */
export interface LedgerSource {
  summary(site: string): Promise<{
    entries: number;
    headHash?: string | undefined;
    checkpoint?: string | undefined;
  }>;
  /** Entries from `fromSeq` on, in order, `limit` at most. */
  read(site: string, fromSeq: number, limit: number): Promise<LedgerEntry[]>;
}

export interface LedgerVerificationOptions {
  site: string;
  keys: readonly DatedKey[];
  cryptography: Cryptography;
  verifiedAt: string;
}

const pageSize = 500;

/**
 * Walks the ledger of a site as it stood when the walk began: numbers without gaps, each link and hash recomputed, each
 * envelope signed by a known key that counted when it was recorded, the head equal to the last entry, the checkpoint signed and equal to the Merkle root
 * at its size. Stops at the first damage.
 */
export async function verifyLedger(
  ledger: LedgerSource,
  { site, keys, cryptography, verifiedAt }: LedgerVerificationOptions,
): Promise<ApiEvidenceVerification> {
  const { entries, headHash, checkpoint } = await ledger.summary(site);
  const walk = createWalk(site, checkpoint, keys, cryptography);
  let damage: Damage | undefined;
  while (!damage && walk.size() < entries) {
    damage = await walkPage(ledger, site, walk, Math.min(pageSize, entries - walk.size()));
  }
  damage ??= await walk.finish(headHash);
  return {
    site,
    verified: damage === undefined,
    entries,
    ...(headHash !== undefined && { headHash }),
    ...(damage && { damage }),
    verifiedAt,
  };
}

type Walk = ReturnType<typeof createWalk>;

async function walkPage(
  ledger: LedgerSource,
  site: string,
  walk: Walk,
  limit: number,
): Promise<Damage | undefined> {
  const from = walk.size();
  let page: LedgerEntry[];
  try {
    page = await ledger.read(site, from, limit);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return damageAt(from, 'unreadable', `An entry between ${from} and ${from + limit - 1} cannot be read.`);
  }
  for (const entry of page) {
    const damage = await walk.take(entry);
    if (damage) return damage;
  }
  return page.length < limit
    ? damageAt(walk.size(), 'missing', `Entry ${walk.size()} is missing.`)
    : undefined;
}

/** Takes entries one by one, remembering only what the next one needs. */
function createWalk(
  site: string,
  checkpoint: string | undefined,
  keys: readonly DatedKey[],
  { sha256, verifyEd25519 }: Cryptography,
) {
  const note = checkpoint === undefined ? undefined : parseCheckpoint(checkpoint);
  let previousHash = genesisHash(site, sha256);
  let range = emptyRange;
  let checkpointRoot = note?.checkpoint.size === 0 ? rootOf(range, sha256) : undefined;

  const isCheckpointRight = async (): Promise<boolean> => {
    if (checkpoint === undefined) return true;
    if (note?.checkpoint.site !== site || note.checkpoint.root !== checkpointRoot) return false;
    for (const { publicKey } of keys) {
      if (await isSignedBy(note, publicKey, { sha256, verifyEd25519 })) return true;
    }
    return false;
  };

  return {
    size: () => range.size,
    async take(entry: LedgerEntry): Promise<Damage | undefined> {
      const seq = range.size;
      if (entry.seq !== seq) return damageAt(seq, 'missing', `Entry ${seq} is missing.`);
      if (entry.previousHash !== previousHash) {
        return damageAt(seq, 'link_broken', `Entry ${seq} does not follow the one before it.`);
      }
      if (entryHash(entry, sha256) !== entry.entryHash) {
        return damageAt(seq, 'hash_wrong', `Entry ${seq} is not what its hash says.`);
      }
      const verdict = await verifyEnvelope(entry.envelope, keys, verifyEd25519);
      if (!verdict.ok) {
        return damageAt(seq, 'signature_invalid', `Entry ${seq} has no valid signature by a known key.`);
      }
      const times = { signedAt: entry.recordedAt, receivedAt: entry.recordedAt };
      const counts = verdict.signatures.some(
        (signature) => signature.result === 'valid' && keyValidAt(signature.key, times) === 'valid',
      );
      if (!counts) {
        const message = `Entry ${seq} was signed with a key that did not count when it was recorded.`;
        return damageAt(seq, 'key_not_valid_then', message);
      }
      previousHash = entry.entryHash;
      range = appendLeaf(range, entry.entryHash, sha256);
      if (note?.checkpoint.size === range.size) checkpointRoot = rootOf(range, sha256);
      return undefined;
    },
    /** What is wrong with the ledger's end once all entries were taken. */
    async finish(headHash: string | undefined): Promise<Damage | undefined> {
      const last = range.size === 0 ? undefined : previousHash;
      if (headHash !== last) return { code: 'head_wrong', message: 'The head is not the last entry.' };
      if (await isCheckpointRight()) return undefined;
      return { code: 'checkpoint_wrong', message: 'The checkpoint is not of this ledger, or not signed.' };
    },
  };
}

function damageAt(entry: number, code: string, message: string): Damage {
  return { entry, code, message };
}
