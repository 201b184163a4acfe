import type { DataSource } from 'typeorm';
import type { CalendarStanding } from '../domain/anchor/anchor-progress.ts';
import type { HeaderAtHeight } from '../evidence/anchor/anchor.ts';
import { acrossSites, inSite, query } from './scope.ts';

/** A ledger's newest checkpoint. */
export interface LedgerCheckpoint {
  site: string;
  size: number;
  /** Signed note. */
  checkpoint: string;
}

/** One ledger in a batch. */
export interface BatchMember extends LedgerCheckpoint {
  index: number;
  /** Inclusion proof in the batch's tree, hex. */
  inclusion: readonly string[];
}

export interface StoredBatch {
  id: string;
  /** ISO 8601. */
  formedAt: string;
  size: number;
  root: string;
  /** A whole `.ots` file; absent until the batch was stamped. */
  proof?: Uint8Array;
  /** RFC 3161 tokens, DER. */
  tokens: Uint8Array[];
  headers: HeaderAtHeight[];
  standings: CalendarStanding[];
  /** When a block attested it for good. */
  settledAt?: string;
}

/** What a site's checkpoint is anchored by. */
export interface SiteAnchor {
  member: BatchMember;
  batch: StoredBatch;
}

/** Batches of checkpoints and what others attest of them. Rejects with PersistenceError. */
export interface Anchors {
  /** Newest checkpoints of ledgers that have grown since they were last in a batch, by site. */
  unanchored(): Promise<LedgerCheckpoint[]>;
  /**
   * Stores a batch and its members in one transaction. Does nothing where there is one of that id. False, and nothing is stored,
   * where another batch has got one of the checkpoints, or a later one of its ledger, since it was read as unanchored.
   */
  form(
    batch: { id: string; formedAt: string; root: string },
    members: readonly BatchMember[],
  ): Promise<boolean>;
  batch(id: string): Promise<StoredBatch | undefined>;
  /** Keeps what was learned of a batch. */
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
  /** Anchors of a site's checkpoints of size `from` to `to`, by size. */
  ofSite(site: string, from: number, to: number): Promise<SiteAnchor[]>;
  /** The anchor of the site's newest batch, and of the newest that a block attested for good. */
  newest(site: string): Promise<{ latest?: SiteAnchor; settled?: SiteAnchor }>;
}

interface BatchRow {
  id: string;
  formed_at: Date;
  size: number;
  root: string;
  proof: Buffer | null;
  tokens: Buffer[];
  headers: HeaderAtHeight[];
  standings: CalendarStanding[];
  settled_at: Date | null;
}

type AnchorRow = BatchRow & {
  member_size: number;
  leaf_index: number;
  inclusion: string[];
  checkpoint: string;
};

const batchColumns =
  'batch.id, batch.formed_at, batch.size, batch.root, batch.proof, batch.tokens, batch.headers, batch.standings, batch.settled_at';

const selectAnchors = `select ${batchColumns}, member.size as member_size, member.leaf_index, member.inclusion, member.checkpoint
  from anchor_member member join anchor_batch batch on batch.id = member.batch`;

export function createAnchors(dataSource: DataSource): Anchors {
  return {
    unanchored: () =>
      acrossSites(dataSource, (manager) =>
        manager.query<LedgerCheckpoint[]>(
          `select head.site, head.size, head.checkpoint from ledger_head head
           where head.checkpoint is not null and head.size > coalesce(
             (select max(member.size) from anchor_member member where member.site = head.site), 0)
           order by head.site`,
        ),
      ),

    form: async ({ id, formedAt, root }, members) => {
      const [row] = await query<{ formed: boolean }>(
        dataSource,
        'select form_batch($1, $2, $3, $4, $5, $6, $7, $8) as formed',
        [
          id,
          formedAt,
          root,
          members.map(({ site }) => site),
          members.map(({ size }) => size),
          members.map(({ index }) => index),
          members.map(({ inclusion }) => JSON.stringify(inclusion)),
          members.map(({ checkpoint }) => checkpoint),
        ],
      );
      return row?.formed ?? false;
    },

    batch: async (id) => {
      const [row] = await query<BatchRow>(
        dataSource,
        `select ${batchColumns} from anchor_batch batch where id = $1`,
        [id],
      );
      return row && batchOf(row);
    },

    keep: async (id, { proof, tokens, headers, standings }) => {
      await query(
        dataSource,
        `update anchor_batch set proof = $2, tokens = coalesce($3, tokens), headers = coalesce($4, headers), standings = $5
         where id = $1`,
        [
          id,
          Buffer.from(proof),
          tokens?.map((token) => Buffer.from(token)) ?? null,
          headers === undefined ? null : JSON.stringify(headers),
          JSON.stringify(standings),
        ],
      );
    },

    settle: async (id, at) => {
      await query(dataSource, 'update anchor_batch set settled_at = coalesce(settled_at, $2) where id = $1', [
        id,
        at,
      ]);
    },

    ofSite: (site, from, to) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<AnchorRow[]>(
          `${selectAnchors} where member.site = $1 and member.size between $2 and $3 order by member.size, batch.formed_at`,
          [site, from, to],
        );
        return rows.map((row) => anchorOf(site, row));
      }),

    newest: (site) =>
      inSite(dataSource, site, async (manager) => {
        const newestOf = async (condition: string) => {
          const [row] = await manager.query<AnchorRow[]>(
            `${selectAnchors} where member.site = $1 and ${condition} order by member.size desc, batch.formed_at desc limit 1`,
            [site],
          );
          return row && anchorOf(site, row);
        };
        const latest = await newestOf('true');
        const settled = await newestOf('batch.settled_at is not null');
        return { ...(latest && { latest }), ...(settled && { settled }) };
      }),
  };
}

function anchorOf(site: string, row: AnchorRow): SiteAnchor {
  const { member_size: size, leaf_index: index, inclusion, checkpoint } = row;
  return { member: { site, size, checkpoint, index, inclusion }, batch: batchOf(row) };
}

function batchOf(row: BatchRow): StoredBatch {
  return {
    id: row.id,
    formedAt: row.formed_at.toISOString(),
    size: row.size,
    root: row.root,
    ...(row.proof && { proof: new Uint8Array(row.proof) }),
    tokens: row.tokens.map((token) => new Uint8Array(token)),
    headers: row.headers,
    standings: row.standings,
    ...(row.settled_at && { settledAt: row.settled_at.toISOString() }),
  };
}
