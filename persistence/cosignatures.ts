import type { DataSource } from 'typeorm';
import type { WitnessRefusal } from '../contracts/witnessing.ts';
import type { CompactRange } from '../evidence/merkle.ts';
import { inSite } from './scope.ts';

/** A checkpoint that a witness cosigned. Times are ISO 8601, UTC. */
export interface Cosignature {
  /** Name it cosigned under. */
  witness: string;
  size: number;
  /** As the witness says, to the second. */
  signedAt: string;
  recordedAt: string;
  /** The note as the log signed it. */
  checkpoint: string;
  /** The witness's line under it, with its newline. */
  line: string;
}

/** `unverified`: it cosigned, and its signature is not by its enrolled key. */
export type RefusalCode = WitnessRefusal | 'unverified';

/** A checkpoint that a witness did not cosign. */
export interface Refusal {
  /** Names the request; one refusal is kept of each. */
  request: string;
  witness: string;
  size: number;
  code: RefusalCode;
  recordedAt: string;
  checkpoint: string;
}

/** What a witness answered last. */
export interface WitnessStanding {
  witness: string;
  cosigned?: Pick<Cosignature, 'size' | 'signedAt'>;
  refused?: Pick<Refusal, 'size' | 'code' | 'recordedAt'>;
}

/** What witnesses answered; nothing of it is ever changed. Rejects with PersistenceError. */
export interface Cosignatures {
  /** The ledger as it was at the largest size that was cosigned, or at that size; undefined where it was not cosigned so. */
  range(site: string, size?: number): Promise<CompactRange | undefined>;
  /** Keeps a cosignature and what the ledger was. Idempotent. */
  keep(site: string, cosignature: Cosignature, frontier: readonly string[]): Promise<void>;
  /** Keeps a refusal. Idempotent by its request. */
  refuse(site: string, refusal: Refusal): Promise<void>;
  /** The last answers of each witness that has answered. */
  standings(site: string): Promise<WitnessStanding[]>;
  /** Of sizes `from` to `to`: each witness's last of a day (UTC), and its last of size `to`. By size, then witness. */
  ofPart(site: string, part: { from: number; to: number }): Promise<Cosignature[]>;
}

interface CosignatureRow {
  witness: string;
  size: number;
  signed_at: Date;
  recorded_at: Date;
  checkpoint: string;
  line: string;
}

interface StandingRow {
  witness: string;
  size: number | null;
  signed_at: Date | null;
  refused_size: number | null;
  code: RefusalCode | null;
  refused_at: Date | null;
}

export function createCosignatures(dataSource: DataSource): Cosignatures {
  return {
    range: (site, size) =>
      inSite(dataSource, site, async (manager) => {
        const [row] = await manager.query<{ size: number; frontier: string[] }[]>(
          `select size, frontier from cosignature where site = $1 and ($2::integer is null or size = $2)
           order by size desc, recorded_at desc limit 1`,
          [site, size ?? null],
        );
        return row;
      }),

    keep: (site, { witness, size, signedAt, recordedAt, checkpoint, line }, frontier) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `insert into cosignature (site, witness, size, signed_at, recorded_at, checkpoint, line, frontier)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
          [site, witness, size, signedAt, recordedAt, checkpoint, line, JSON.stringify(frontier)],
        );
      }),

    refuse: (site, { request, witness, size, code, recordedAt, checkpoint }) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `insert into witness_refusal (site, request, witness, size, code, recorded_at, checkpoint)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
          [site, request, witness, size, code, recordedAt, checkpoint],
        );
      }),

    standings: (site) =>
      inSite(dataSource, site, async (manager) =>
        (await manager.query<StandingRow[]>(selectStandings, [site])).map(standingOf),
      ),

    ofPart: (site, { from, to }) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<CosignatureRow[]>(selectPart, [site, from, to]);
        return rows.map(({ signed_at: signedAt, recorded_at: recordedAt, ...row }) => ({
          ...row,
          signedAt: signedAt.toISOString(),
          recordedAt: recordedAt.toISOString(),
        }));
      }),
  };
}

const selectPart = `
  with latest as (
    select distinct on (witness, size) witness, size, signed_at, recorded_at, checkpoint, line from cosignature
    where site = $1 and size between $2 and $3 order by witness, size, signed_at desc
  ), placed as (
    select *, row_number() over (
      partition by witness, (signed_at at time zone 'UTC')::date order by size desc, signed_at desc
    ) as place from latest
  )
  select witness, size, signed_at, recorded_at, checkpoint, line from placed
  where place = 1 or size = $3 order by size, witness`;

const selectStandings = `
  with cosigned as (
    select distinct on (witness) witness, size, signed_at from cosignature
    where site = $1 order by witness, size desc, signed_at desc
  ), refused as (
    select distinct on (witness) witness, size as refused_size, code, recorded_at as refused_at from witness_refusal
    where site = $1 order by witness, recorded_at desc
  )
  select * from cosigned full join refused using (witness) order by witness`;

function standingOf(row: StandingRow): WitnessStanding {
  const { witness, size, signed_at: signedAt, refused_size: refusedSize, code, refused_at: refusedAt } = row;
  return {
    witness,
    ...(size !== null && signedAt !== null && { cosigned: { size, signedAt: signedAt.toISOString() } }),
    ...(refusedSize !== null &&
      code !== null &&
      refusedAt !== null && {
        refused: { size: refusedSize, code, recordedAt: refusedAt.toISOString() },
      }),
  };
}
