import { ActivityFailure, CancelledFailure, TimeoutFailure, TimeoutType } from '@temporalio/common';
import type { Observation } from '../../contracts/observation.ts';
import type { Envelope, OrderOutcome } from '../../contracts/order.ts';
import type { ProbeInput } from '../../contracts/site-activities.ts';
import { atSite } from './activities.ts';
import { mutate } from './activity-options.ts';
import type { IncidentMemory } from './memory.ts';

/** An order's outcome, or that no appliance of the site told it. */
export type RunOutcome =
  | { kind: 'outcome'; outcome: OrderOutcome; verification?: Observation }
  | ({ kind: 'no_appliance' } & ApplianceLoss);

/** Why an activity of a site came to nothing. */
export interface ApplianceLoss {
  reason: string;
  /** Whether an appliance had taken it, so that something of it may have been done. */
  mayHaveBegun: boolean;
}

/** Hands a signed order to the site's appliance and waits for what became of it, and of `verify` after it. */
export async function runOrder(
  memory: IncidentMemory,
  order: Envelope,
  timeoutMs: number,
  verify?: ProbeInput,
): Promise<RunOutcome> {
  const appliance = atSite(memory.story.site, mutate(timeoutMs, memory.policy.applianceWaitMs));
  try {
    const input = { order, ...(verify === undefined ? {} : { verify }) };
    const { verification, ...outcome } = await appliance.executeOrder(input);
    return { kind: 'outcome', outcome, ...(verification === undefined ? {} : { verification }) };
  } catch (error) {
    const loss = applianceLoss(error);
    if (loss === undefined) throw error;
    return { kind: 'no_appliance', ...loss };
  }
}

/** What a failed activity of a site says of its appliance; undefined where it was cancelled, or failed otherwise. */
export function applianceLoss(error: unknown): ApplianceLoss | undefined {
  if (!(error instanceof ActivityFailure) || error.cause instanceof CancelledFailure) return undefined;
  const { cause } = error;
  if (!(cause instanceof TimeoutFailure)) {
    const why = cause?.message ?? 'it gave no reason';
    return { reason: `the appliance could not do its work: ${why}`, mayHaveBegun: true };
  }
  if (cause.timeoutType !== TimeoutType.SCHEDULE_TO_START) {
    return { reason: 'the appliance stopped answering while it worked', mayHaveBegun: true };
  }
  // The server names the failure of an earlier try as the cause; the SDK keeps it only in the original message.
  const wasTaken = cause.failure?.cause != null;
  const reason = wasTaken
    ? 'the appliance stopped answering while it worked, and none of the site is polling for work since'
    : 'no appliance of the site is polling for work';
  return { reason, mayHaveBegun: wasTaken };
}
