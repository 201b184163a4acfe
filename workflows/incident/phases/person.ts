import { condition } from '@temporalio/workflow';
import type { Observation } from '../../../contracts/observation.ts';
import { announceDue, nextDue, type SlaDue } from '../../../domain/sla/sla-clock.ts';
import { projectIncident } from '../activities.ts';
import { healAgainWhereSafe } from '../heal.ts';
import { dropLostOrder } from '../lost-order.ts';
import { close, enter, tell, type IncidentMemory, type PendingDecision, type Phase } from '../memory.ts';
import { notify } from '../notifications.ts';
import { recordMoment } from '../record.ts';
import { syncSearchAttributes } from '../search-attributes.ts';
import { openTicket } from '../ticket.ts';
import { verify } from '../verify.ts';
import { acceptRisk } from './accepted.ts';
import { afterHeal, cleared } from './triage.ts';

const now = () => new Date().toISOString();

/** One wait for a person: until a decision, the drift's end, a change of what is known, or the next deadline. */
export async function person(memory: IncidentMemory): Promise<Phase> {
  const { ticket } = memory.story;
  if (!ticket) throw new Error('unreachable: the person phase is entered with a ticket');
  memory.freshDrift = false;
  syncSearchAttributes(memory);
  await projectIncident({ story: memory.story });
  const due = nextDue(ticket, memory.policy.sla);
  const wakeAtMs = Math.min(Date.parse(due.at), memory.retryAt ? Date.parse(memory.retryAt) : Infinity);
  const canBeReadNow = () => memory.awaitsReading && !isUnread(memory.story.latest);
  await condition(
    () =>
      memory.pendingDecision !== undefined ||
      memory.cleared !== undefined ||
      memory.wasReleased ||
      memory.clockChanged ||
      canBeReadNow(),
    Math.max(1, wakeAtMs - Date.now()),
  );
  if (memory.pendingDecision) return carryOut(memory, memory.pendingDecision);
  if (memory.cleared) return cleared(memory);
  if (memory.wasReleased || canBeReadNow()) {
    memory.wasReleased = false;
    return 'triage';
  }
  memory.clockChanged = false;
  await announce(memory);
  if (memory.retryAt !== undefined && Date.parse(memory.retryAt) <= Date.now()) {
    memory.retryAt = undefined;
    return 'triage';
  }
  return 'person';
}

function isUnread(observation: Observation): boolean {
  return observation.status === 'error' || observation.status === 'unknown';
}

async function announce(memory: IncidentMemory): Promise<void> {
  const { ticket } = memory.story;
  if (!ticket) return;
  const { clock, announced } = announceDue(ticket, memory.policy.sla, now());
  memory.story.ticket = clock;
  for (const due of announced) await announceOne(memory, due);
}

async function announceOne(memory: IncidentMemory, due: SlaDue): Promise<void> {
  if (due.kind === 'reminder') {
    tell(memory, now(), 'reminded', 'Still nobody has settled this', 'Open the incident and decide.');
    await notify(memory, 'reminder', 'Still nobody has settled this');
    return;
  }
  const summary =
    due.kind === 'first_response'
      ? `No first response by ${due.at}, as the site's SLA demands`
      : `Not resolved by ${due.at}, as the site's SLA demands`;
  tell(memory, now(), 'sla_breached', summary, 'Acknowledge the incident and decide.');
  const kind = due.kind === 'first_response' ? 'first_response_breached' : 'resolution_breached';
  await notify(memory, kind, summary);
}

async function carryOut(memory: IncidentMemory, decision: PendingDecision): Promise<Phase> {
  memory.pendingDecision = undefined;
  memory.retryAt = undefined;
  switch (decision.kind) {
    case 'approve':
      return runApproved(memory, decision);
    case 'reject': {
      await dropLostOrder(memory);
      delete memory.story.ticket;
      memory.story.resolution = 'rejected';
      enter(memory, now(), 'watching');
      await recordMoment(memory, 'closed');
      memory.until = new Date(Date.now() + memory.policy.flapping.quietMs).toISOString();
      return 'watching';
    }
    case 'pause':
      memory.until = decision.until;
      enter(memory, now(), decision.state);
      await recordMoment(memory, 'closed');
      return 'paused';
    case 'accept':
      return acceptRisk(memory, decision.risk);
    case 'resolve':
      return confirmByHand(memory);
  }
}

async function runApproved(
  memory: IncidentMemory,
  decision: Extract<PendingDecision, { kind: 'approve' }>,
): Promise<Phase> {
  const result = await healAgainWhereSafe(memory, decision.proposal, decision.approvals);
  const next = await afterHeal(memory, decision.proposal, result);
  if (next) return next;
  const reason = result.kind === 'not_healed' ? result.reason : 'Not healed';
  return openTicket(memory, { reason: `Approved, but ${reason}`, proposal: decision.proposal });
}

/** A person says it is mended; the check has the last word. */
async function confirmByHand(memory: IncidentMemory): Promise<Phase> {
  enter(memory, now(), 'verifying');
  const observation = await verify(memory);
  memory.story.latest = observation;
  if (observation.status === 'pass') {
    memory.story.verifiedAtMs = Date.parse(observation.observedAt);
    close(memory, now(), 'resolved_by_hand', 'Resolved by hand and verified');
    return 'closed';
  }
  return openTicket(memory, {
    reason: `Said to be resolved, but ${observation.status}: ${observation.message}`,
  });
}
