import { uuid4 } from '@temporalio/workflow';
import type { GuardVerdict } from '../../contracts/central-activities.ts';
import type { Attempt } from '../../contracts/story.ts';
import { signRollback } from './activities.ts';
import { enter, tell, type IncidentMemory } from './memory.ts';
import { runOrder } from './run-order.ts';

/** Restores what the attempt's capture recorded, where the runbook can. */
export async function rollBack(
  memory: IncidentMemory,
  attempt: Attempt,
  verdict: Extract<GuardVerdict, { kind: 'granted' }>,
): Promise<void> {
  const now = () => new Date().toISOString();
  const { site, host, check } = memory.story;
  const { runbook } = attempt.proposal;
  if (!verdict.hasRollback) {
    tell(memory, now(), 'rolled_back', `${runbook} has no roll-back; the host stays as it left it`);
    return;
  }
  enter(memory, now(), 'rolling_back');
  const { order } = await signRollback({
    orderId: uuid4(),
    undoes: attempt.orderId,
    key: { site, host, check },
    proposal: attempt.proposal,
    at: now(),
  });
  const run = await runOrder(memory, order, verdict.timeoutMs);
  if (run.kind === 'no_appliance') {
    const nextStep = 'Restore the captured state by hand; it is in the incident’s evidence.';
    tell(memory, now(), 'rolled_back', `Not rolled back: ${run.reason}`, nextStep);
    return;
  }
  attempt.rollback = run.outcome;
  tell(memory, now(), 'rolled_back', `Roll-back of ${runbook} ${run.outcome.result}: ${run.outcome.message}`);
}
