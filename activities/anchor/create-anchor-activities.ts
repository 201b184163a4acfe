import { batchDigest, makeBatch } from '../../evidence/anchor/batch.ts';
import { decodeHex } from '../../evidence/bytes.ts';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import type { CalendarStanding } from '../../domain/anchor/anchor-progress.ts';
import type { HeaderAtHeight } from '../../evidence/anchor/anchor.ts';
import type { AnchorActivities } from './anchor-activities.ts';
import { AnchorError } from './anchor-error.ts';
import { mergeProofs } from './merge-proofs.ts';
import type { Anchorer } from './ports.ts';

/** Where batches are kept. */
export interface AnchorStore {
  /** Newest checkpoints of ledgers that have grown since they were last in a batch, by site. */
  unanchored(): Promise<{ site: string; size: number; checkpoint: string }[]>;
  /** False where another batch has taken one of them meanwhile. */
  form(
    batch: { id: string; formedAt: string; root: string },
    members: readonly {
      site: string;
      size: number;
      checkpoint: string;
      index: number;
      inclusion: readonly string[];
    }[],
  ): Promise<boolean>;
  batch(
    id: string,
  ): Promise<{ size: number; root: string; proof?: Uint8Array; tokens: readonly Uint8Array[] } | undefined>;
  keep(
    id: string,
    learned: {
      proof: Uint8Array;
      tokens?: readonly Uint8Array[];
      headers?: readonly HeaderAtHeight[];
      standings: readonly CalendarStanding[];
    },
  ): Promise<void>;
  settle(id: string, at: string): Promise<void>;
}

export interface AnchorDependencies {
  readonly store: AnchorStore;
  readonly calendars: Anchorer;
  /** A second, independent anchor, where the site's operator has one. Its failure does not hold the first one up. */
  readonly authority?: Anchorer | undefined;
  readonly sha256: Sha256;
}

/** Anchoring of batches of checkpoints (D4, H3). */
export function createAnchorActivities({
  store,
  calendars,
  authority,
  sha256,
}: AnchorDependencies): AnchorActivities {
  const known = async (id: string) => {
    const batch = await store.batch(id);
    if (!batch) throw new Error(`there is no batch ${id}`);
    const digest = decodeHex(batchDigest(batch, sha256));
    if (!digest) throw new Error('unreachable: a digest is hex');
    return { ...batch, digest };
  };
  return {
    formBatch: async ({ batch: id, at }) => {
      const before = await store.batch(id);
      if (before) return { size: before.size, root: before.root };
      const ledgers = await store.unanchored();
      if (ledgers.length === 0) return undefined;
      const { root, proofs } = makeBatch(ledgers.map(bodyOf), sha256);
      const members = ledgers.map((ledger, index) => ({ ...ledger, index, inclusion: proofs[index] ?? [] }));
      const isFormed = await store.form({ id, formedAt: at, root }, members);
      if (!isFormed)
        throw new Error('another batch was formed meanwhile: these ledgers have to be read again');
      return { size: ledgers.length, root };
    },

    stampBatch: async ({ batch: id }) => {
      const { digest, proof, tokens } = await known(id);
      const stamped = await calendars.stamp(digest);
      const token = tokens.length === 0 ? await tokenOf(authority, digest) : undefined;
      await store.keep(id, {
        proof: proof ? mergeProofs(proof, stamped.proof, sha256) : stamped.proof,
        ...(token && { tokens: [token] }),
        standings: stamped.standings,
      });
      return { standings: [...stamped.standings] };
    },

    lookAtBatch: async ({ batch: id }) => {
      const { digest, proof, tokens } = await known(id);
      if (!proof) throw new Error(`batch ${id} has not been stamped`);
      const look = await calendars.look(proof, digest);
      const token = tokens.length === 0 ? await tokenOf(authority, digest) : undefined;
      const { standings, headers, blocks, removedHeights } = look;
      await store.keep(id, { proof: look.proof, ...(token && { tokens: [token] }), headers, standings });
      return { standings, blocks, removedHeights };
    },

    settleBatch: ({ batch, at }) => store.settle(batch, at),
  };
}

/** A token of the authority; undefined where there is none to be had now: it is asked again at the next look. */
async function tokenOf(authority: Anchorer | undefined, digest: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return (await authority?.stamp(digest))?.proof;
  } catch (error) {
    if (error instanceof AnchorError) return undefined;
    throw error;
  }
}

function bodyOf({ site, checkpoint }: { site: string; checkpoint: string }): string {
  const note = parseCheckpoint(checkpoint);
  if (!note) throw new Error(`the newest checkpoint of ${site} cannot be read`);
  return note.body;
}
