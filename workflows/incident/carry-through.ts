import { condition } from '@temporalio/workflow';
import type { EndedRun, GuardVerdict, RunResult } from '../../contracts/central-activities.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { OrderOutcome } from '../../contracts/order.ts';
import type { Attempt } from '../../contracts/story.ts';
import { recordHeal } from '../../domain/flapping/flapping.ts';
import { projectIncident, settleRun } from './activities.ts';
import { enter, tell, type IncidentMemory } from './memory.ts';
import { runOrder, type RunOutcome } from './run-order.ts';
import { rollBack } from './roll-back.ts';
import { probeInput, verify } from './verify.ts';

/** What a remediation came to. */
export type HealResult =
  | Succeeded
  | { kind: 'cleared' }
  /** The appliance does not answer; the same proposal is to be tried again later. */
  | { kind: 'no_appliance'; reason: string }
  /** The run's end is unknown or it came too late, the drift is still there, and ordering it anew is safe. */
  | { kind: 'run_again'; reason: string }
  /** `needsPerson`: nobody knows what state the host is in, so no further tier may try. */
  | { kind: 'not_healed'; reason: string; nextStep?: string; needsPerson?: boolean };

/** What ended well; the run is settled together with its record. */
type Succeeded = { kind: 'healed'; endedRun: EndedRun } | { kind: 'would_have_run'; endedRun: EndedRun };

/** A result before its run is settled. */
type Judged = Exclude<HealResult, Succeeded> | { kind: 'healed' } | { kind: 'would_have_run' };

/** Attempts after which an order that came too late is not issued anew: then it is not the queue that is slow. */
const maxAttempts = 10;

/** How long a remediation may last before somebody who looks shall see it. */
const shownAfterMs = 3_000;

const lookFirst = 'Look at the host before anything runs there again.';

/** What the guard grants: a signed order and what must be known of its runbook. */
export type Granted = Extract<GuardVerdict, { kind: 'granted' }>;

const now = () => new Date().toISOString();

/**
 * From an attempt's order to what came of it: handed to the appliance, verified, rolled back where the check does not
 * pass, and settled. Where no appliance tells the end of the order, it is kept as lost, to be handed out again: its id
 * makes sure that it runs once, and its end must be known before anything else runs on the host.
 *
 * @param approvals people who approved exactly this attempt's proposal
 */
export async function carryThrough(
  memory: IncidentMemory,
  attempt: Attempt,
  verdict: Granted,
  approvals: number,
): Promise<HealResult> {
  const run = await runShown(memory, verdict);
  if (run.kind === 'no_appliance') {
    const mayHaveBegun = run.mayHaveBegun || memory.lostOrder?.mayHaveBegun === true;
    memory.lostOrder = { attempt: attempt.number, verdict, approvals, mayHaveBegun };
    return run;
  }
  memory.lostOrder = undefined;
  attempt.outcome = run.outcome;
  const result = await judgeOutcome(memory, attempt, verdict, run.verification);
  attempt.endedAt = now();
  const { orderId } = attempt;
  const endedRun = { orderId, result: settlement(result, run.outcome.result), at: attempt.endedAt };
  if (result.kind === 'healed' || result.kind === 'would_have_run') return { kind: result.kind, endedRun };
  await settleRun({ ...endedRun, site: memory.story.site });
  return result;
}

/** Runs the order. What lasts is shown as healing meanwhile; what does not is shown when it is over. */
async function runShown(memory: IncidentMemory, verdict: Granted): Promise<RunOutcome> {
  let isOver = false;
  const showLasting = async () => {
    if (!(await condition(() => isOver, shownAfterMs))) await projectIncident({ story: memory.story });
  };
  const order = runOrder(memory, verdict.order, verdict.timeoutMs, probeInput(memory)).finally(
    () => (isOver = true),
  );
  const [run] = await Promise.all([order, showLasting()]);
  return run;
}

async function judgeOutcome(
  memory: IncidentMemory,
  attempt: Attempt,
  verdict: Granted,
  seen: Observation | undefined,
): Promise<Judged> {
  const { outcome, proposal } = attempt;
  if (outcome === undefined) throw new Error('judged before it ran');
  if (outcome.result === 'would_have_run') {
    tell(memory, now(), 'would_have_run', outcome.message);
    return { kind: 'would_have_run' };
  }
  tell(memory, now(), 'executed', `${proposal.runbook} ${outcome.result}: ${outcome.message}`);
  if (outcome.refusal === 'expired' && attempt.number <= maxAttempts) {
    return { kind: 'run_again', reason: 'the order reached its appliance too late and expired' };
  }
  if (outcome.result === 'refused') {
    return {
      kind: 'not_healed',
      reason: `the appliance refused the order (${outcome.refusal ?? 'unknown'}): ${outcome.message}`,
      nextStep: 'Find out why: an appliance refuses only what does not add up.',
      needsPerson: true,
    };
  }
  enter(memory, now(), 'verifying');
  const verification = await verify(memory, seen);
  attempt.verification = verification;
  if (verification.status === 'pass') {
    memory.interruptions = 0;
    memory.story.verifiedAtMs = Date.parse(verification.observedAt);
    memory.story.flapping = recordHeal(memory.story.flapping, now(), memory.policy.flapping);
    return { kind: 'healed' };
  }
  if (verification.status === 'error' || verification.status === 'unknown') {
    // Neither rolled back nor run again: nobody knows what state the host is in, so a person looks first.
    return {
      kind: 'not_healed',
      reason: `the remediation could not be verified: ${verification.message}`,
      nextStep: verification.error?.nextStep ?? 'Look at the host, then decide.',
      needsPerson: true,
    };
  }
  if (outcome.result === 'interrupted') {
    memory.interruptions += 1;
    if (verdict.idempotent && memory.interruptions < 3) {
      return { kind: 'run_again', reason: `the run was interrupted: ${outcome.message}` };
    }
    return {
      kind: 'not_healed',
      reason: `the run was interrupted and the drift remains: ${outcome.message}`,
      nextStep: lookFirst,
      needsPerson: true,
    };
  }
  const isStateKnown = await rollBack(memory, attempt, verdict);
  return {
    kind: 'not_healed',
    reason: `${proposal.runbook} did not heal it: ${verification.message}`,
    ...(isStateKnown ? {} : { nextStep: lookFirst, needsPerson: true }),
  };
}

function settlement(result: Judged, outcome: OrderOutcome['result']): RunResult {
  if (result.kind === 'healed') return 'healed';
  if (result.kind === 'would_have_run') return 'would_have_run';
  if (outcome === 'interrupted') return 'interrupted';
  return outcome === 'refused' ? 'refused' : 'not_healed';
}
