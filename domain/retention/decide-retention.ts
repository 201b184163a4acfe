import type { PlanTier } from '../../contracts/site-policy.ts';
import { daysAfter, retainUntil } from './plan-tier.ts';

/** All that decides how long one entry's content is kept. */
export interface RetentionFacts {
  tier: PlanTier;
  /** When the ledger took the entry. ISO 8601, UTC. */
  recordedAt: string;
  /** Whether a legal hold is on the entry, or on its site. */
  hold: boolean;
  /** Whether a signed checkpoint covers the entry. */
  checkpointed: boolean;
  /** What the store's lock says; undefined where the object is not there. */
  lockedUntil: string | undefined;
}

/**
 * What to do with an entry's content. Never more than the content goes: number, previous hash, entry hash and time stay in
 * the ledger for ever, see `remnantOf`.
 */
export type RetentionDecision =
  | { kind: 'keep'; because: 'retention' | 'hold' | 'not_checkpointed'; until?: string }
  | { kind: 'extend_lock'; because: 'retention' | 'hold'; until: string }
  | { kind: 'expire' };

/**
 * A held object's lock never has less than this before it. A store lets whoever may set a hold take it off again, and
 * some stores forget a hold when the retention ends; a lock in compliance mode nobody shortens. So a hold is kept by
 * prolonging the lock, and lifting it is felt only when that has run out.
 */
export const holdMarginDays = { least: 45, renewed: 90 } as const;

/**
 * Whether an entry's content is kept, its lock has to be prolonged, or it may go. A lower tier shortens nothing that is
 * locked already; a higher one prolongs it. Content that no checkpoint covers is kept: what nobody signed for yet could not
 * be proven afterwards.
 */
export function decideRetention(facts: RetentionFacts, now: string): RetentionDecision {
  const { tier, recordedAt, hold, lockedUntil } = facts;
  const ofTier = retainUntil(tier, recordedAt);
  if (lockedUntil !== undefined && isBefore(lockedUntil, ofTier) && isBefore(now, ofTier)) {
    return { kind: 'extend_lock', because: 'retention', until: ofTier };
  }
  if (hold) {
    const until = daysAfter(now, holdMarginDays.renewed);
    const isShort = lockedUntil !== undefined && isBefore(lockedUntil, daysAfter(now, holdMarginDays.least));
    return isShort ? { kind: 'extend_lock', because: 'hold', until } : { kind: 'keep', because: 'hold' };
  }
  const until = lockedUntil !== undefined && isBefore(ofTier, lockedUntil) ? lockedUntil : ofTier;
  if (isBefore(now, until)) return { kind: 'keep', because: 'retention', until };
  if (!facts.checkpointed) return { kind: 'keep', because: 'not_checkpointed' };
  return { kind: 'expire' };
}

function isBefore(time: string, other: string): boolean {
  return Date.parse(time) < Date.parse(other);
}
