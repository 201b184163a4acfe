import type { SiteStorage } from './site-storage.ts';
import { isInLine, type KeptRecord } from './site-storage.ts';
import type { ExpectedObject } from './reconcile.ts';
import type { EvidenceObject } from './evidence-object.ts';
import { decideRetention } from './decide-retention.ts';
import { daysAfter, retainUntil } from './plan-tier.ts';

/** A hold that is in force leaves a lock at least so many days: it is renewed daily, long before. */
const heldAtLeastDays = 30;

/** Whether a record's content has outlived its plan, with no hold on the site: its object may go, and need not be there. */
export function isOver(record: KeptRecord, state: SiteStorage, now: string): boolean {
  const { plan: tier, hold } = state;
  return (
    decideRetention({ ...record, tier, hold: hold?.isOn === true, lockedUntil: undefined }, now).kind ===
    'expire'
  );
}

/**
 * What a store must have of a record. Where a change of plan or hold has not been brought to all objects yet, no more is asked
 * than both the old and the new one ask.
 *
 * @param canHold whether the store was opened with an account that may set holds
 */
export function expectedObject(
  object: Pick<EvidenceObject, 'key' | 'sha256'>,
  record: KeptRecord,
  state: SiteStorage,
  { canHold, now }: { canHold: boolean; now: string },
): ExpectedObject {
  const { plan, hold, applied } = state;
  const times = [plan, applied?.plan ?? plan].map((each) => retainUntil(each, record.recordedAt));
  const ofPlan = times.reduce((one, other) => (one < other ? one : other));
  const isHeld = hold?.isOn === true && isInLine(state);
  const held = daysAfter(now, heldAtLeastDays);
  return {
    key: object.key,
    sha256: isOver(record, state, now) ? undefined : object.sha256,
    retainUntil: isHeld && held > ofPlan ? held : ofPlan,
    legalHold: isHeld && canHold,
  };
}
