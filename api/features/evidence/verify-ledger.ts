import { z } from 'zod';
import type { ApiEvidenceVerification } from '../../../contracts/api/evidence.ts';
import { isSignedBy, parseCheckpoint } from '../../../evidence/checkpoint.ts';
import { type BundleKey, verifyBundle } from '../../../evidence/countersign.ts';
import { emptyHead, type LedgerEntry, type LedgerHead, ledgerRoot } from '../../../evidence/ledger.ts';
import type { Cryptography } from '../../../evidence/signer.ts';
import { verifyChain } from '../../../evidence/verify-chain.ts';

type Damage = NonNullable<ApiEvidenceVerification['damage']>;

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
  /** Every key of evidence, and every key of the site's appliances. */
  keys: readonly BundleKey[];
  cryptography: Cryptography;
  verifiedAt: string;
  /** Where an earlier walk over the same ledger ended well, which is taken as it was then; the beginning without it. */
  since?: LedgerHead | undefined;
}

/** What a walk found, and where it ended, where nothing was wrong. */
export interface LedgerWalk {
  verification: ApiEvidenceVerification;
  head?: LedgerHead;
}

const pageSize = 500;

/**
 * Walks the ledger of a site as it stood when the walk began: numbers without gaps, each link and hash recomputed, each
 * bundle sound and signed by all who must by keys that counted when it was recorded, the head equal to the last entry, the
 * checkpoint signed and equal to the Merkle root at its size. Stops at the first damage. With `since` it reads what was appended
 * after, and nothing else.
 */
export async function verifyLedger(
  ledger: LedgerSource,
  { site, keys, cryptography, verifiedAt, since }: LedgerVerificationOptions,
): Promise<LedgerWalk> {
  const { entries, headHash, checkpoint } = await ledger.summary(site);
  const start = since ?? emptyHead(site, cryptography.sha256);
  const walk = createWalk(start, checkpoint, keys, cryptography);
  let damage =
    entries < start.size
      ? damageAt(entries, 'missing', `Entry ${entries} was there and is missing.`)
      : undefined;
  while (!damage && walk.size() < entries) {
    damage = await walkPage(ledger, site, walk, Math.min(pageSize, entries - walk.size()));
  }
  damage ??= await walk.finish(headHash);
  const verification = {
    site,
    verified: damage === undefined,
    entries,
    from: start.size,
    ...(headHash !== undefined && { headHash }),
    ...(damage && { damage }),
    verifiedAt,
  };
  return damage ? { verification } : { verification, head: walk.head() };
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

const chainDamage = {
  entry_missing: (seq: number) => damageAt(seq, 'missing', `Entry ${seq} is missing.`),
  chain_broken: (seq: number) =>
    damageAt(seq, 'link_broken', `Entry ${seq} does not follow the one before it.`),
  entry_changed: (seq: number) => damageAt(seq, 'hash_wrong', `Entry ${seq} is not what its hash says.`),
};

/** Takes entries one by one, remembering only what the next one needs. */
function createWalk(
  start: LedgerHead,
  checkpoint: string | undefined,
  keys: readonly BundleKey[],
  cryptography: Cryptography,
) {
  const { sha256 } = cryptography;
  const { site } = start;
  const note = checkpoint === undefined ? undefined : parseCheckpoint(checkpoint);
  let head = start;
  let checkpointRoot = note?.checkpoint.size === head.size ? ledgerRoot(head, sha256) : undefined;

  const isCheckpointRight = async (): Promise<boolean> => {
    if (checkpoint === undefined) return true;
    if (note?.checkpoint.site !== site || note.checkpoint.root !== checkpointRoot) return false;
    for (const { purpose, publicKey } of keys) {
      if (purpose === 'evidence' && (await isSignedBy(note, publicKey, cryptography))) return true;
    }
    return false;
  };

  return {
    size: () => head.size,
    head: () => head,
    async take(entry: LedgerEntry): Promise<Damage | undefined> {
      const chain = verifyChain(head, [entry], sha256);
      if (!chain.ok) return chainDamage[chain.code](chain.seq);
      const { statement, problems } = await verifyBundle(
        entry.envelope,
        entry.recordedAt,
        keys,
        cryptography,
      );
      const [problem] = problems;
      if (problem) return damageAt(entry.seq, problem.code, problem.message);
      if (statement?.predicate.site !== site) {
        const message = `The bundle is of site ${statement?.predicate.site ?? ''}.`;
        return damageAt(entry.seq, 'foreign_site', message);
      }
      head = chain.head;
      if (note?.checkpoint.size === head.size) checkpointRoot = ledgerRoot(head, sha256);
      return undefined;
    },
    /** What is wrong with the ledger's end once all entries were taken. */
    async finish(headHash: string | undefined): Promise<Damage | undefined> {
      const last = head.size === 0 ? undefined : head.headHash;
      if (headHash !== last) return { code: 'head_wrong', message: 'The head is not the last entry.' };
      if (await isCheckpointRight()) return undefined;
      return { code: 'checkpoint_wrong', message: 'The checkpoint is not of this ledger, or not signed.' };
    },
  };
}

function damageAt(entry: number, code: string, message: string): Damage {
  return { entry, code, message };
}
