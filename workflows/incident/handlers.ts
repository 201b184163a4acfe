import { ApplicationFailure, patched, setHandler } from '@temporalio/workflow';
import type { Actor, Decision, DecisionReceipt, DecisionRequest } from '../../contracts/decision.ts';
import type { IncidentKey } from '../../contracts/ids.ts';
import {
  acknowledge,
  decide,
  driftCleared,
  driftObserved,
  guardFreed,
  releaseFlapping,
  story,
} from '../../contracts/incident-messages.ts';
import { approvedProposal } from '../../domain/decisions/approved-proposal.ts';
import { stateDigest } from '../../domain/decisions/state-digest.ts';
import { validateDecision, type DecisionJudgement } from '../../domain/decisions/validate-decision.ts';
import { release } from '../../domain/flapping/flapping.ts';
import { acknowledgeTicket } from '../../domain/sla/sla-clock.ts';
import { checkProposal } from './activities.ts';
import { openMemory, takeCleared, takeDrift, tell, type IncidentMemory } from './memory.ts';

/** Where the memory stands once the first observation has opened it. */
export interface Room {
  memory?: IncidentMemory;
}

/** Accepting a risk takes two people since this patch. */
const twoSigners = '2026-11-27-two-signers';

const now = () => new Date().toISOString();

/** Registers every message handler; called before the workflow's first wait. */
export function registerHandlers(room: Room, key: IncidentKey): void {
  setHandler(driftObserved, (observation) => {
    room.memory ??= openMemory(key, observation, now());
    takeDrift(room.memory, observation, now());
  });
  setHandler(driftCleared, (observation) => {
    if (room.memory) takeCleared(room.memory, observation);
  });
  setHandler(guardFreed, () => {
    if (room.memory) room.memory.guardFreed = true;
  });
  setHandler(story, () => opened(room).story);

  setHandler(decide, (input) => takeDecision(opened(room), input), {
    validator: ({ request, actor }: { request: DecisionRequest; actor: Actor }) => {
      refuse(judge(opened(room), actor, request));
    },
  });
  setHandler(acknowledge, ({ actor }) => takeTicket(opened(room), actor), {
    validator: ({ actor }: { actor: Actor }) => {
      refuseReaders(actor);
      if (!opened(room).story.ticket) throw refusal('not_waiting', 'The incident waits for nobody.');
    },
  });
  setHandler(releaseFlapping, ({ actor }) => releaseHealing(opened(room), actor), {
    validator: ({ actor }: { actor: Actor }) => {
      refuseReaders(actor);
      if (opened(room).story.flapping.stoppedAt === undefined) {
        throw refusal('not_waiting', 'Auto-healing of this drift is not stopped.');
      }
    },
  });
}

function opened(room: Room): IncidentMemory {
  if (!room.memory)
    throw refusal('not_waiting', 'The incident has not been observed yet; ask again in a moment.');
  return room.memory;
}

/** What a decision is judged by besides the incident itself. */
interface Circumstances {
  check?: Awaited<ReturnType<typeof checkProposal>> | undefined;
  /** Whether one person may accept a risk, as before `twoSigners`. */
  acceptsAlone?: boolean;
}

function judge(
  memory: IncidentMemory,
  actor: Actor,
  request: DecisionRequest,
  { check, acceptsAlone = false }: Circumstances = {},
): DecisionJudgement {
  const { ticket, state, latest, judgedFacts } = memory.story;
  const situation = {
    ...{ state, ticket, settledBy: memory.settledBy, taken: memory.taken, check },
    ...(request.kind === 'accept' && !acceptsAlone ? { stateDigest: stateDigest(latest, judgedFacts) } : {}),
  };
  return validateDecision(situation, actor, request, now());
}

/**
 * Takes a decision. What an approval would run is checked against the catalogue first, and the decision is judged again
 * after that wait, because another person's may have come in between.
 */
async function takeDecision(
  memory: IncidentMemory,
  input: { request: DecisionRequest; actor: Actor },
): Promise<DecisionReceipt> {
  const { request, actor } = input;
  const { site, host, check } = memory.story;
  const proposal = approvedProposal(memory.story.ticket?.proposal, { request, actor, at: now() });
  const checked = proposal && (await checkProposal({ key: { site, host, check }, proposal }));
  // Only here, not in the validator, which a replay does not run.
  const acceptsAlone = request.kind === 'accept' && !patched(twoSigners);
  const judgement = judge(memory, actor, request, { check: checked, acceptsAlone });
  refuse(judgement);
  if (judgement.kind === 'repeated') return judgement.receipt;
  if (judgement.kind === 'refused') throw new Error('unreachable: refused above');
  memory.taken.push({ decision: judgement.decision, receipt: judgement.receipt });
  memory.story.decisions.push(judgement.decision);
  describe(memory, judgement.decision);
  const { ticket } = memory.story;
  if (judgement.approval && ticket) ticket.approvals = judgement.approval.approvals;
  if (judgement.acceptance && ticket) ticket.acceptances = judgement.acceptance.acceptances;
  if (judgement.receipt.effect === 'applied') settle(memory, judgement);
  return judgement.receipt;
}

function settle(memory: IncidentMemory, judgement: Extract<DecisionJudgement, { kind: 'accepted' }>): void {
  const { request } = judgement.decision;
  memory.settledBy = judgement.decision;
  switch (request.kind) {
    case 'approve': {
      const { approval } = judgement;
      if (!approval) throw new Error('unreachable: an accepted approval carries its proposal');
      memory.pendingDecision = {
        kind: 'approve',
        proposal: approval.proposal,
        approvals: approval.approvalsFor,
      };
      return;
    }
    case 'reject':
      memory.pendingDecision = { kind: 'reject' };
      return;
    case 'snooze':
      memory.pendingDecision = { kind: 'pause', state: 'snoozed', until: request.until };
      return;
    case 'accept': {
      const risk = judgement.acceptance?.risk;
      memory.pendingDecision = risk
        ? { kind: 'accept', risk }
        : { kind: 'pause', state: 'risk_accepted', until: request.expiresAt };
      return;
    }
    case 'resolve':
      memory.pendingDecision = { kind: 'resolve' };
  }
}

function describe(memory: IncidentMemory, { request, actor, at }: Decision): void {
  const note = request.note === undefined ? '' : `: ${request.note}`;
  tell(memory, at, 'decided', `${actor.name} (${actor.role}, ${actor.method}) chose ${request.kind}${note}`);
}

function takeTicket(memory: IncidentMemory, actor: Actor): { acknowledgedAt: string } {
  const { ticket } = memory.story;
  if (!ticket) throw refusal('not_waiting', 'The incident waits for nobody.');
  if (ticket.acknowledgedAt === undefined) {
    memory.story.ticket = { ...acknowledgeTicket(ticket, now()), acknowledgedBy: actor.name };
    tell(memory, now(), 'acknowledged', `${actor.name} (${actor.role}, ${actor.method}) takes it`);
    memory.clockChanged = true;
  }
  return { acknowledgedAt: memory.story.ticket?.acknowledgedAt ?? now() };
}

function releaseHealing(memory: IncidentMemory, actor: Actor): { releasedAt: string } {
  const at = now();
  memory.story.flapping = release(memory.story.flapping);
  tell(memory, at, 'released', `${actor.name} (${actor.role}, ${actor.method}) released auto-healing`);
  if (memory.phase === 'person') memory.wasReleased = true;
  return { releasedAt: at };
}

function refuseReaders(actor: Actor): void {
  if (actor.role === 'readonly') throw refusal('role_not_allowed', 'Your role may only read.');
}

function refuse(judgement: DecisionJudgement): void {
  if (judgement.kind === 'refused') throw refusal(judgement.code, judgement.message);
}

/** A failure whose type is one of contracts' decision refusals, so that the API can say it in its own words. */
function refusal(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}
