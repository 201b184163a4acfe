import type {
  Actor,
  Decision,
  DecisionReceipt,
  DecisionRefusal,
  DecisionRequest,
} from '../../contracts/decision.ts';
import type { ProposalCheck } from '../../contracts/central-activities.ts';
import type { Proposal } from '../../contracts/plan.ts';
import type { AcceptedRisk, IncidentState, Ticket } from '../../contracts/story.ts';
import { approvedProposal, isSamePerson, isSameProposal } from './approved-proposal.ts';
import { isSameJson } from './is-same-json.ts';
import { judgeAcceptance } from './judge-acceptance.ts';

/** A decision that was accepted, with the answer its maker got. */
export interface TakenDecision {
  decision: Decision;
  receipt: DecisionReceipt;
}

/** What a decision is judged against. */
export interface DecisionSituation {
  state: IncidentState;
  ticket?: Ticket | undefined;
  /** The decision that already settled this ticket; reset when a ticket is opened. */
  settledBy?: Decision | undefined;
  /** Every decision the incident ever accepted, first approvals of two included. */
  taken: readonly TakenDecision[];
  /** What the catalogue says of the approved proposal, once it was asked. */
  check?: ProposalCheck | undefined;
  /** Digest of the state that accepting would accept; absent where one person may still accept alone. */
  stateDigest?: string | undefined;
}

export type DecisionJudgement =
  | { kind: 'refused'; code: DecisionRefusal; message: string }
  /** The decision was taken before; nothing to apply. */
  | { kind: 'repeated'; receipt: DecisionReceipt }
  | {
      kind: 'accepted';
      decision: Decision;
      receipt: DecisionReceipt;
      /** For `approve`: what shall run, and the ticket's approvals with this one. */
      approval?: { proposal: Proposal; approvals: Decision[]; approvalsFor: number };
      /** For `accept` by two people: the ticket's signatures with this one, and the risk once both are there. */
      acceptance?: { acceptances: Decision[]; risk?: AcceptedRisk };
    };

/**
 * Judges a decision about a ticket (A8): by role, once, at a time to come, and by two people where two must approve.
 * Synchronous and pure, so that it is the validator of the `decide` update. The handler calls it again once it has
 * asked the catalogue (`check`), because another decision may have come in between, and applies an accepted one
 * in the same step: `decision` and `receipt` go to `taken`, `approval.approvals` or `acceptance.acceptances` to the ticket, and with effect
 * `applied` the decision to `settledBy`.
 *
 * Without `check` only refusals are final: how many must approve another runbook than the proposed one is not known.
 */
export function validateDecision(
  situation: DecisionSituation,
  actor: Actor,
  request: DecisionRequest,
  now: string,
): DecisionJudgement {
  if (actor.role === 'readonly') {
    return refused('role_not_allowed', 'Your role may only read; ask an operator to decide.');
  }
  const earlier = situation.taken.find(({ decision }) => decision.request.id === request.id);
  if (earlier !== undefined) return judgeRepetition(earlier, actor, request);
  if (situation.settledBy !== undefined) {
    const { actor: first, request: taken } = situation.settledBy;
    return refused(
      'already_decided',
      `${first.name} already decided to ${taken.kind} this ticket; reload the incident to see what followed.`,
    );
  }
  if (!waitsForDecision(situation.state) || situation.ticket === undefined) {
    return refused(
      'not_waiting',
      `The incident is ${situation.state} and waits for nobody; reload it to see where it stands.`,
    );
  }
  const decision: Decision = { request, actor, at: now };
  if (request.kind === 'approve') return judgeApproval(situation, situation.ticket, decision, request);
  const until = untilOf(request);
  if (until !== undefined && Date.parse(until) <= Date.parse(now)) {
    return refused('time_not_in_future', `${until} has passed; give a time after ${now}.`);
  }
  if (request.kind === 'accept' && situation.stateDigest !== undefined)
    return accept(situation.ticket, decision, situation.stateDigest);
  return {
    kind: 'accepted',
    decision,
    receipt: receiptOf(request, 'applied', `The decision to ${request.kind} is taken.`),
  };
}

/** Whether people are asked in a state; while the appliance is away they still may end the incident or accept it. */
function waitsForDecision(state: IncidentState): boolean {
  return state === 'waiting_for_person' || state === 'waiting_for_appliance';
}

function judgeRepetition(earlier: TakenDecision, actor: Actor, request: DecisionRequest): DecisionJudgement {
  const { decision, receipt } = earlier;
  if (isSameJson(decision.request, request) && decision.actor.name === actor.name) {
    return { kind: 'repeated', receipt };
  }
  return refused(
    'already_decided',
    'This decision id was used for another decision; send yours with a new id.',
  );
}

function judgeApproval(
  { check }: DecisionSituation,
  ticket: Ticket,
  decision: Decision,
  request: DecisionRequest & { kind: 'approve' },
): DecisionJudgement {
  const proposal = approvedProposal(ticket.proposal, decision);
  if (proposal === undefined) {
    return refused('runbook_needed', 'The ticket proposes no runbook; name the one to run.');
  }
  if (check?.ok === false) {
    const code = check.code === 'parameters_invalid' ? 'parameters_invalid' : 'runbook_not_enabled';
    return refused(code, check.reason);
  }
  if (check?.ok === true && !runsAsChecked(check.proposal, proposal)) {
    return refused(
      'not_waiting',
      'The ticket changed while your approval was checked; reload it and decide again.',
    );
  }
  const others = ticket.approvals.filter((approval) => approves(ticket, approval, proposal));
  if (others.some(({ actor }) => isSamePerson(actor, decision.actor))) {
    return refused(
      'same_person',
      `Two people must approve ${proposal.runbook}, each by their own name and credential; ask somebody else.`,
    );
  }
  const approvalsFor = others.length + 1;
  const isEnough = approvalsFor >= approvalsNeeded(ticket, proposal, check);
  const approvals = [
    ...ticket.approvals.filter(({ actor }) => !isSamePerson(actor, decision.actor)),
    decision,
  ];
  return {
    kind: 'accepted',
    decision,
    receipt: isEnough
      ? receiptOf(request, 'applied', `${proposal.runbook} is approved and goes to the guard.`)
      : receiptOf(
          request,
          'needs_second_approval',
          `${proposal.runbook} has high risk: another person must approve it with the same parameters.`,
        ),
    approval: { proposal, approvals, approvalsFor },
  };
}

function accept(ticket: Ticket, decision: Decision, stateDigest: string): DecisionJudgement {
  const judged = judgeAcceptance(ticket, decision, stateDigest);
  if (judged.kind === 'refused') return judged;
  const { risk, acceptances } = judged;
  return {
    kind: 'accepted',
    decision: judged.decision,
    receipt: risk
      ? receiptOf(decision.request, 'applied', `The risk is accepted until ${risk.expiresAt}.`)
      : receiptOf(
          decision.request,
          'needs_second_approval',
          'Another person must accept the same state until the same time.',
        ),
    acceptance: { acceptances, ...(risk === undefined ? {} : { risk }) },
  };
}

/** Whether what was checked, with all parameters completed, is what shall run. */
function runsAsChecked(checked: Proposal, proposal: Proposal): boolean {
  return isSameProposal(checked, {
    ...proposal,
    parameters: { ...checked.parameters, ...proposal.parameters },
  });
}

function approves(ticket: Ticket, approval: Decision, proposal: Proposal): boolean {
  const approved = approvedProposal(ticket.proposal, approval);
  return approved !== undefined && isSameProposal(approved, proposal);
}

function approvalsNeeded(ticket: Ticket, proposal: Proposal, check: ProposalCheck | undefined): number {
  if (check?.ok === true) return check.approvalsNeeded;
  return proposal.runbook === ticket.proposal?.runbook ? ticket.approvalsNeeded : 2;
}

function untilOf(request: DecisionRequest): string | undefined {
  if (request.kind === 'snooze') return request.until;
  return request.kind === 'accept' ? request.expiresAt : undefined;
}

function receiptOf(
  request: DecisionRequest,
  effect: DecisionReceipt['effect'],
  message: string,
): DecisionReceipt {
  return { decisionId: request.id, accepted: true, effect, message };
}

function refused(code: DecisionRefusal, message: string): DecisionJudgement {
  return { kind: 'refused', code, message };
}
