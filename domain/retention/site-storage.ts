import type { PlanTier } from '../../contracts/site-policy.ts';
import { decideRetention } from './decide-retention.ts';
import { daysAfter, retainUntil } from './plan-tier.ts';

/** What decides how long a site's objects are kept: its plan, and the last word on its legal hold. */
export interface SiteRetention {
  plan: PlanTier;
  /** Absent while nobody ever set one. `id` grows with each change. */
  hold?: { id: number; isOn: boolean };
}

/** Where one site's ledger stands, and how much of it is in a store. */
export interface SiteStorage extends SiteRetention {
  site: string;
  ledger: {
    size: number;
    /** Size that the newest signed checkpoint covers; 0 without one. */
    checkpointSize: number;
  };
  /** So many entries from the first on have been put. */
  storedEntries: number;
  /** All kept checkpoints up to this size have been put. */
  storedCheckpoint: number;
  /** The plan and hold that every object in the store was last brought in line with. Absent while nothing is stored. */
  applied?: { plan: PlanTier; holdId?: number; at: string };
}

/** What the store lacks of a site: entries or checkpoints to put, or a change of plan or hold to bring to what is there. */
export interface StorageWork {
  site: string;
  put: boolean;
  apply: boolean;
}

/** A held site's locks are looked at so often, well within `holdMarginDays.least`. */
const holdLookMs = 20 * 3_600_000;

/** What is to be done for a site; undefined where its store has all and is in line. */
export function storageWork(state: SiteStorage, now: string): StorageWork | undefined {
  const put = state.ledger.size > state.storedEntries || state.ledger.checkpointSize > state.storedCheckpoint;
  const apply = isOutOfLine(state, now);
  return put || apply ? { site: state.site, put, apply } : undefined;
}

/** Whether plan and hold are what the objects were last brought in line with. */
export function isInLine({ plan, hold, applied }: SiteStorage): boolean {
  return applied === undefined || (applied.plan === plan && applied.holdId === hold?.id);
}

function isOutOfLine(state: SiteStorage, now: string): boolean {
  const { applied, hold } = state;
  if (applied === undefined) return false;
  if (!isInLine(state)) return true;
  return hold?.isOn === true && Date.parse(now) - Date.parse(applied.at) >= holdLookMs;
}

/** One entry, or a checkpoint of the ledger, as retention sees it. */
export interface KeptRecord {
  /** ISO 8601. */
  recordedAt: string;
  /** Whether a signed checkpoint covers it. */
  checkpointed: boolean;
}

/**
 * Until when a record is locked when it is put now; undefined where its time was over before it could be put, so that it is left
 * out. A lock always ends in the future, because stores take no other.
 */
export function lockFor(record: KeptRecord, retention: SiteRetention, now: string): string | undefined {
  const facts = { ...record, tier: retention.plan, hold: retention.hold?.isOn === true };
  const ofPlan = retainUntil(retention.plan, record.recordedAt);
  const decision = decideRetention({ ...facts, lockedUntil: ofPlan }, now);
  if (decision.kind === 'expire') return undefined;
  const until = decision.kind === 'extend_lock' ? decision.until : ofPlan;
  return Date.parse(until) > Date.parse(now) ? until : daysAfter(now, 1);
}

/** The same for a checkpoint, which never expires. */
export function lockForCheckpoint(recordedAt: string, retention: SiteRetention, now: string): string {
  return lockFor({ recordedAt, checkpointed: false }, retention, now) ?? daysAfter(now, 1);
}
