import { planTierSchema, sitePolicySchema } from '../contracts/site-policy.ts';
import type { SiteStorage } from '../domain/retention/site-storage.ts';
import { parseCheckpoint } from '../evidence/checkpoint.ts';

/** A store that evidence is put into. */
export interface ObjectStoreRecord {
  /** Tells it from every other store; holds no credentials. */
  name: string;
  kind: 'local' | 's3';
  /** Absent until it could be opened. */
  level?: 'compliance' | 'immutable' | 'advisory';
  /** Whether holds are set in the store itself, and what has expired is removed. */
  canHold: boolean;
  /** Of the newest tries; absent while it works. `since` is when the first of them failed. ISO 8601. */
  failure?: { code: string; message: string; nextStep: string; since: string };
}

/** A checkpoint that is, or is about to be, in stores. */
export interface KeptCheckpoint {
  size: number;
  /** Signed note. */
  checkpoint: string;
  recordedAt: string;
}

export interface StateRow {
  site: string;
  policy: unknown;
  size: number;
  checkpoint: string | null;
  hold_id: string | null;
  hold_on: boolean | null;
  entries: number | null;
  checkpoint_size: number | null;
  applied_plan: string | null;
  applied_hold: string | null;
  applied_at: Date | null;
}

export const selectStates = `select head.site, site.policy, head.size, head.checkpoint, hold.id as hold_id, hold.is_on as hold_on,
    stored.entries, stored.checkpoint_size, stored.applied_plan, stored.applied_hold, stored.applied_at
  from ledger_head head join site on site.id = head.site
  left join stored_ledger stored on stored.site = head.site and stored.store = $1
  left join lateral (select id, is_on from legal_hold where legal_hold.site = head.site order by id desc limit 1) hold on true`;

export interface StoreRow {
  name: string;
  kind: 'local' | 's3';
  level: 'compliance' | 'immutable' | 'advisory' | null;
  can_hold: boolean;
  failing_since: Date | null;
  failure: { code: string; message: string; nextStep: string } | null;
}

export interface CheckpointRow {
  size: number;
  checkpoint: string;
  recorded_at: Date;
}

export function stateOf(row: StateRow): SiteStorage {
  const { site, size, hold_id: holdId, applied_plan: plan, applied_hold: appliedHold } = row;
  return {
    site,
    plan: sitePolicySchema.parse(row.policy).planTier,
    ...(holdId !== null && { hold: { id: Number(holdId), isOn: row.hold_on === true } }),
    ledger: { size, checkpointSize: sizeOf(row.checkpoint) },
    storedEntries: row.entries ?? 0,
    storedCheckpoint: row.checkpoint_size ?? 0,
    ...(plan !== null &&
      row.applied_at && {
        applied: {
          plan: planTierSchema.parse(plan),
          ...(appliedHold !== null && { holdId: Number(appliedHold) }),
          at: row.applied_at.toISOString(),
        },
      }),
  };
}

export function storeOf(row: StoreRow): ObjectStoreRecord {
  const { name, kind, can_hold: canHold, failing_since: since, failure } = row;
  return {
    name,
    kind,
    canHold,
    ...(row.level && { level: row.level }),
    ...(failure && since && { failure: { ...failure, since: since.toISOString() } }),
  };
}

export function checkpointOf({ size, checkpoint, recorded_at: recordedAt }: CheckpointRow): KeptCheckpoint {
  return { size, checkpoint, recordedAt: recordedAt.toISOString() };
}

/** Entries that a signed note covers; 0 without one. */
export function sizeOf(checkpoint: string | null): number {
  return checkpoint === null ? 0 : (parseCheckpoint(checkpoint)?.checkpoint.size ?? 0);
}
