import type { Decision, DecisionRefusal } from '../../contracts/decision.ts';
import type { AcceptedRisk, Ticket } from '../../contracts/story.ts';
import { isSamePerson } from './approved-proposal.ts';

/** What signing under an accepted risk comes to. */
export type AcceptanceJudgement =
  | { kind: 'refused'; code: DecisionRefusal; message: string }
  | {
      kind: 'signed';
      /** The decision with the state it accepts. */
      decision: Decision;
      /** The ticket's signatures with this one. */
      acceptances: Decision[];
      /** Once two people have signed the same. */
      risk?: AcceptedRisk;
    };

/** The longest a risk is accepted for: a year, and then it is looked at again. */
export const longestAcceptanceMs = 366 * 24 * 3_600_000;

/**
 * Judges a decision to accept a risk (H9): it takes two people, each by their own name and credential, who accept the
 * same state until the same time. A first signature counts only for the state it was given for.
 *
 * @param stateDigest of the state as it is now
 */
export function judgeAcceptance(
  ticket: Ticket,
  decision: Decision,
  stateDigest: string,
): AcceptanceJudgement {
  const { request, actor, at } = decision;
  if (request.kind !== 'accept') throw new Error('unreachable: judged where a risk is accepted');
  if (Date.parse(request.expiresAt) - Date.parse(at) > longestAcceptanceMs) {
    return refused('time_too_far', 'A risk is accepted for 366 days at most; give an earlier time.');
  }
  if (request.stateDigest !== undefined && request.stateDigest !== stateDigest) {
    return refused('state_moved', 'The state moved since you looked; reload the incident and decide again.');
  }
  const signed: Decision = { ...decision, stateDigest };
  const earlier = ticket.acceptances ?? [];
  const others = earlier.filter((each) => acceptsSame(each, signed));
  if (others.some((other) => isSamePerson(other.actor, actor))) {
    return refused(
      'same_person',
      'Two people must accept a risk, each by their own name and credential; ask somebody else.',
    );
  }
  const acceptances = [...earlier.filter((each) => !isSamePerson(each.actor, actor)), signed];
  const [first] = others;
  if (!first) return { kind: 'signed', decision: signed, acceptances };
  const { expiresAt } = request;
  const risk = { signers: [first, signed], acceptedAt: at, expiresAt, stateDigest };
  return { kind: 'signed', decision: signed, acceptances, risk };
}

function acceptsSame(one: Decision, other: Decision): boolean {
  if (one.request.kind !== 'accept' || other.request.kind !== 'accept') return false;
  return (
    one.stateDigest === other.stateDigest &&
    Date.parse(one.request.expiresAt) === Date.parse(other.request.expiresAt)
  );
}

function refused(code: DecisionRefusal, message: string): AcceptanceJudgement {
  return { kind: 'refused', code, message };
}
