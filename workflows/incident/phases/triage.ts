import type { Proposal } from '../../../contracts/plan.ts';
import { isStopped, recordCleared, watchUntil } from '../../../domain/flapping/flapping.ts';
import { matchRule } from '../activities.ts';
import { askPlanner } from '../ask-planner.ts';
import type { HealResult } from '../carry-through.ts';
import { healAgainWhereSafe } from '../heal.ts';
import { dropLostOrder, resumeLostOrder } from '../lost-order.ts';
import {
  close,
  enter,
  isOutdated,
  tell,
  type IncidentMemory,
  type LostOrder,
  type Phase,
} from '../memory.ts';
import { openTicket } from '../ticket.ts';
import { recordMoment } from '../record.ts';

const now = () => new Date().toISOString();

/** The tiers in their order: an L1 rule, else the model, else a person. */
export async function triage(memory: IncidentMemory): Promise<Phase> {
  const { story } = memory;
  memory.freshDrift = false;
  if (memory.cleared) return cleared(memory);
  if (memory.lostOrder) return pursueLostOrder(memory, memory.lostOrder);
  enter(memory, now(), 'planning');
  const observation = story.latest;
  const match = await matchRule({ observation, at: now() });
  memory.policy = match.policy;
  story.title = match.title;
  story.trace = match.trace;
  if (match.judgedFacts) story.judgedFacts = match.judgedFacts;
  memory.suggestion = match.suggestion;
  if (match.catalogProblems.length > 0) story.catalogProblems = match.catalogProblems;
  for (const problem of match.catalogProblems) {
    const nextStep = 'Mend the file, run `malachor catalog lint`, and restart the worker.';
    tell(
      memory,
      now(),
      'not_matched',
      `${problem.file}:${String(problem.line)}: ${problem.reason}`,
      nextStep,
    );
  }

  if (isStopped(story.flapping, now(), memory.policy.flapping)) {
    return stopFlapping(memory, match.proposal);
  }
  if (match.proposal) {
    tell(memory, now(), 'matched', match.proposal.reason);
    const next = await tryProposal(memory, match.proposal);
    if (next) return next;
  } else {
    tell(memory, now(), 'not_matched', 'No L1 rule matches');
  }
  if (observation.status === 'error' || observation.status === 'unknown') {
    // A check that could not be carried out says nothing about the thing checked, so there is nothing to fix (H8).
    return openTicket(memory, {
      reason: `The check could not be carried out: ${observation.message}`,
      nextStep: observation.error?.nextStep ?? 'Look at the host, then decide.',
      awaitsReading: true,
    });
  }
  // What only people can do is no question for a model.
  if (match.guidance && !match.proposal) {
    const reason = `Only a person can mend this: ${observation.message}`;
    return openTicket(memory, { reason, nextStep: match.guidance[0] ?? reason, guidance: match.guidance });
  }
  return askModel(memory, match.proposal);
}

async function askModel(memory: IncidentMemory, failed: Proposal | undefined): Promise<Phase> {
  const { story } = memory;
  const lastReason = story.attempts.length > 0 ? story.events.at(-1)?.summary : undefined;
  if (!memory.policy.plannerEnabled) {
    return openTicket(memory, { reason: lastReason ?? 'No L1 rule matches and L2 is off', proposal: failed });
  }
  const plan = await askPlanner(story);
  if (plan.record) story.plans.push(plan.record);
  if (plan.kind === 'escalate') {
    return openTicket(memory, { reason: `L2 escalates (${plan.why}): ${plan.reason}`, proposal: failed });
  }
  story.tier = 'L2';
  const confidence = plan.confidence.toFixed(2);
  tell(
    memory,
    now(),
    'planned',
    `L2 chooses ${plan.proposal.runbook} (${confidence}): ${plan.proposal.reason}`,
  );
  const next = await tryProposal(memory, plan.proposal);
  return next ?? openTicket(memory, { reason: lastSummary(memory), proposal: plan.proposal });
}

/** The phase that follows, or undefined where the next tier has its turn. */
async function tryProposal(memory: IncidentMemory, proposal: Proposal): Promise<Phase | undefined> {
  return afterHeal(memory, proposal, await healAgainWhereSafe(memory, proposal, 0));
}

/** An order whose end was not told comes before all else that could be tried, by whichever tier. */
async function pursueLostOrder(memory: IncidentMemory, lost: LostOrder): Promise<Phase> {
  const proposal = memory.story.attempts.find(({ number }) => number === lost.attempt)?.proposal;
  if (!proposal) throw new Error('unreachable: a lost order has its attempt in the story');
  const resumed = resumeLostOrder(memory);
  const result = await healAgainWhereSafe(memory, proposal, lost.approvals, resumed);
  const next = await afterHeal(memory, proposal, result);
  if (next) return next;
  if (proposal.tier === 'L1') return askModel(memory, proposal);
  return openTicket(memory, { reason: lastSummary(memory), proposal });
}

/** What a remediation's result leads to; undefined where it did not heal and somebody else is to decide. */
export async function afterHeal(
  memory: IncidentMemory,
  proposal: Proposal,
  result: HealResult,
): Promise<Phase | undefined> {
  switch (result.kind) {
    case 'healed':
      delete memory.story.ticket;
      memory.story.resolution = 'healed';
      // A report from before the verification is of the drift just healed, not of a new one.
      if (isOutdated(memory, memory.story.latest)) memory.freshDrift = false;
      enter(memory, now(), 'watching');
      await recordMoment(memory, 'healed', result.endedRun);
      memory.until = watchUntil(memory.story.flapping, memory.policy.flapping) ?? now();
      return 'watching';
    case 'would_have_run':
      delete memory.story.ticket;
      memory.story.resolution = 'would_have_run';
      enter(memory, now(), 'watching');
      await recordMoment(memory, 'closed', result.endedRun);
      memory.until = inMs(memory.policy.flapping.windowMs);
      return 'watching';
    case 'cleared':
      return cleared(memory);
    case 'no_appliance':
      return openTicket(memory, {
        reason: `Waiting for the appliance: ${result.reason}`,
        nextStep: 'Look at the appliance: power, network, and its service.',
        proposal,
        awaitsAppliance: true,
      });
    case 'run_again':
      tell(memory, now(), 'escalated', result.reason);
      return undefined;
    case 'not_healed': {
      const { reason, nextStep, needsPerson } = result;
      if (needsPerson) return openTicket(memory, { reason, ...(nextStep && { nextStep }), proposal });
      tell(memory, now(), 'escalated', reason, nextStep);
      return undefined;
    }
  }
}

function stopFlapping(memory: IncidentMemory, proposal: Proposal | undefined): Phase | Promise<Phase> {
  const { story, policy } = memory;
  const count = String(story.flapping.heals.length);
  const minutes = String(Math.round(policy.flapping.windowMs / 60_000));
  const reason = `Flapping: healed ${count} times within ${minutes} min and drifted again`;
  const nextStep = 'Find what undoes the setting, then release auto-healing or approve once.';
  tell(memory, now(), 'flapping', reason);
  return openTicket(memory, {
    reason,
    nextStep,
    proposal,
  });
}

/** The check was seen passing: the end, unless earlier heals must still be remembered to tell flapping. */
export async function cleared(memory: IncidentMemory): Promise<Phase> {
  const { story, policy } = memory;
  await dropLostOrder(memory);
  const seen = memory.cleared;
  memory.cleared = undefined;
  memory.freshDrift = false;
  if (seen) {
    story.latest = seen;
    tell(memory, now(), 'cleared', `Seen passing without our doing: ${seen.message}`);
  }
  story.flapping = recordCleared(story.flapping, now());
  const until = watchUntil(story.flapping, policy.flapping);
  if (until === undefined) {
    close(memory, now(), 'cleared', 'The drift is gone');
    return 'closed';
  }
  delete story.ticket;
  story.resolution = 'cleared';
  enter(memory, now(), 'watching');
  memory.until = until;
  return 'watching';
}

function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function lastSummary(memory: IncidentMemory): string {
  return memory.story.events.at(-1)?.summary ?? 'Not healed';
}
