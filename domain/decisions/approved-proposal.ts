import type { Actor, Decision } from '../../contracts/decision.ts';
import type { Proposal } from '../../contracts/plan.ts';
import { isSameJson } from './is-same-json.ts';

/**
 * What an approval runs: the ticket's proposal, with the approver's parameters laid over it, or the runbook the approver
 * names instead, with their parameters alone. Undefined where there is neither, or the decision is no approval.
 *
 * It depends on the ticket's own proposal and never on an earlier approval: a second person who sends a bare
 * approval approves what the ticket showed, not what somebody changed it to meanwhile.
 */
export function approvedProposal(proposed: Proposal | undefined, decision: Decision): Proposal | undefined {
  const { request, actor } = decision;
  if (request.kind !== 'approve') return undefined;
  const runbook = request.runbook ?? proposed?.runbook;
  if (runbook === undefined) return undefined;
  const kept = runbook === proposed?.runbook ? proposed.parameters : {};
  return {
    tier: 'L3',
    runbook,
    parameters: { ...kept, ...request.parameters },
    by: actor.name,
    reason: request.note ?? proposed?.reason ?? `approved by ${actor.name}`,
  };
}

/** Whether two proposals run the same thing, whoever made them and why. */
export function isSameProposal(one: Proposal, other: Proposal): boolean {
  return one.runbook === other.runbook && isSameJson(one.parameters, other.parameters);
}

/** Whether two actors count as one person: one name, however it is written, or one credential under two names. */
export function isSamePerson(one: Actor, other: Actor): boolean {
  return one.credential === other.credential || nameKey(one.name) === nameKey(other.name);
}

function nameKey(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
