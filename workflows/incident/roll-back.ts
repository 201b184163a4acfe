import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { uuid4 } from '@temporalio/workflow';
import type { GuardVerdict } from '../../contracts/central-activities.ts';
import type { Envelope } from '../../contracts/order.ts';
import type { Attempt } from '../../contracts/story.ts';
import { signRollback } from './activities.ts';
import { enter, tell, type IncidentMemory } from './memory.ts';
import { runOrder } from './run-order.ts';

const byHand = 'Restore the captured state by hand; it is in the incident’s evidence.';

/** Whether an activity said no for good, rather than failed. */
function isFinalRefusal(error: unknown): error is ActivityFailure & { cause: ApplicationFailure } {
  return (
    error instanceof ActivityFailure &&
    error.cause instanceof ApplicationFailure &&
    error.cause.nonRetryable === true
  );
}

/**
 * Restores what the attempt's capture recorded, where the runbook can. Resolves to whether the host is in a state that
 * is known: as the runbook left it, or as it was before.
 */
export async function rollBack(
  memory: IncidentMemory,
  attempt: Attempt,
  verdict: Extract<GuardVerdict, { kind: 'granted' }>,
): Promise<boolean> {
  const now = () => new Date().toISOString();
  const { site, host, check } = memory.story;
  const { runbook } = attempt.proposal;
  if (!verdict.hasRollback) {
    tell(memory, now(), 'rolled_back', `${runbook} has no roll-back; the host stays as it left it`);
    return true;
  }
  enter(memory, now(), 'rolling_back');
  const key = { site, host, check };
  const { orderId: undoes, proposal } = attempt;
  let order: Envelope;
  try {
    ({ order } = await signRollback({ orderId: uuid4(), undoes, key, proposal, at: now() }));
  } catch (error) {
    if (!isFinalRefusal(error)) throw error;
    tell(memory, now(), 'rolled_back', `Not rolled back: ${error.cause.message}`, byHand);
    return true;
  }
  const run = await runOrder(memory, order, verdict.timeoutMs);
  if (run.kind === 'no_appliance') {
    tell(memory, now(), 'rolled_back', `Not rolled back: ${run.reason}`, byHand);
    return !run.mayHaveBegun;
  }
  attempt.rollback = run.outcome;
  tell(memory, now(), 'rolled_back', `Roll-back of ${runbook} ${run.outcome.result}: ${run.outcome.message}`);
  return run.outcome.result === 'completed' || run.outcome.result === 'refused';
}
