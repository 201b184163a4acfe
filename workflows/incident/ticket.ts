import type { Proposal } from '../../contracts/plan.ts';
import type { Ticket } from '../../contracts/story.ts';
import { openSlaClock } from '../../domain/sla/sla-clock.ts';
import { checkProposal } from './activities.ts';
import { enter, tell, type IncidentMemory, type Phase } from './memory.ts';
import { notify } from './notifications.ts';
import { recordMoment } from './record.ts';

/** Why a person is asked, and what would end the question without one. */
export interface TicketRequest {
  reason: string;
  nextStep?: string;
  /** What approving without further words runs. */
  proposal?: Proposal | undefined;
  /** What people do about it, step by step, where no runbook may. */
  guidance?: string[];
  /** The check could not be carried out: tried again once a report says more. */
  awaitsReading?: boolean;
  /** No appliance answered: tried again by itself while the clocks run. */
  awaitsAppliance?: boolean;
}

/** How often an incident that waits for its appliance tries again. */
const applianceRetryMs = 30_000;

/**
 * Asks a person (L3). A ticket that is open already keeps its clocks and gets the new reason: the practice has waited
 * since the first one.
 */
export async function openTicket(memory: IncidentMemory, request: TicketRequest): Promise<Phase> {
  const { story } = memory;
  const at = new Date().toISOString();
  const isNew = story.ticket === undefined;
  story.tier = 'L3';
  story.ticket = { ...(story.ticket ?? freshTicket(memory, at)), reason: request.reason, approvals: [] };
  delete story.ticket.acceptances;
  if (request.guidance) story.ticket.guidance = request.guidance;
  else delete story.ticket.guidance;
  await offer(memory, story.ticket, request.proposal);
  memory.pendingDecision = undefined;
  memory.settledBy = undefined;
  memory.awaitsReading = request.awaitsReading === true;
  memory.retryAt = request.awaitsAppliance
    ? new Date(Date.now() + applianceRetryMs).toISOString()
    : undefined;
  enter(memory, at, request.awaitsAppliance ? 'waiting_for_appliance' : 'waiting_for_person');
  if (isNew) {
    tell(memory, at, 'escalated', request.reason, request.nextStep);
    memory.wasEscalated = true;
    await notify(memory, 'escalated', request.reason, request.nextStep);
    await recordMoment(memory, 'escalated');
  } else if (request.awaitsAppliance !== true) {
    tell(memory, at, 'escalated', request.reason, request.nextStep);
    await recordMoment(memory, 'escalated');
  }
  return 'person';
}

function freshTicket(memory: IncidentMemory, at: string): Ticket {
  return { reason: '', approvalsNeeded: 1, approvals: [], ...openSlaClock(memory.policy.sla, at) };
}

/** Puts the proposal on the ticket with the number of people who must approve it, if it can run at all. */
async function offer(memory: IncidentMemory, ticket: Ticket, proposal: Proposal | undefined): Promise<void> {
  const { site, host, check } = memory.story;
  delete ticket.proposal;
  ticket.approvalsNeeded = 1;
  const offered = proposal ?? memory.suggestion;
  if (offered === undefined) return;
  const checked = await checkProposal({ key: { site, host, check }, proposal: { ...offered, tier: 'L3' } });
  if (!checked.ok) return;
  ticket.proposal = checked.proposal;
  ticket.approvalsNeeded = checked.approvalsNeeded;
}
