import { ActivityFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import type { Envelope, OrderOutcome } from '../../contracts/order.ts';
import { atSite } from './activities.ts';
import { mutate } from './activity-options.ts';
import type { IncidentMemory } from './memory.ts';

/** An order's outcome, or that no appliance of the site took it. */
export type RunOutcome =
  { kind: 'outcome'; outcome: OrderOutcome } | { kind: 'no_appliance'; reason: string };

/** Hands a signed order to the site's appliance and waits for what became of it. */
export async function runOrder(
  memory: IncidentMemory,
  order: Envelope,
  timeoutMs: number,
): Promise<RunOutcome> {
  const appliance = atSite(memory.story.site, mutate(timeoutMs, memory.policy.applianceWaitMs));
  try {
    return { kind: 'outcome', outcome: await appliance.executeOrder({ order }) };
  } catch (error) {
    const reason = applianceLoss(error);
    if (reason === undefined) throw error;
    return { kind: 'no_appliance', reason };
  }
}

/** Why an activity of a site failed for want of an appliance; undefined where it failed otherwise. */
export function applianceLoss(error: unknown): string | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof TimeoutFailure)) return undefined;
  return error.cause.timeoutType === TimeoutType.SCHEDULE_TO_START
    ? 'no appliance of the site is polling for work'
    : 'the appliance stopped answering while it worked';
}
