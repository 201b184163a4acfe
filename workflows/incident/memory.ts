import type { GuardVerdict, IncidentPolicy } from '../../contracts/central-activities.ts';
import type { Decision } from '../../contracts/decision.ts';
import { incidentWorkflowId, type IncidentKey } from '../../contracts/ids.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { Proposal } from '../../contracts/plan.ts';
import type { TakenDecision } from '../../domain/decisions/validate-decision.ts';
import { recordDrift } from '../../domain/flapping/flapping.ts';
import type { AcceptedRisk, IncidentState, Resolution, Story, StoryEvent } from '../../contracts/story.ts';

/** What the workflow does next; it may continue as new before any of them. */
export type Phase = 'triage' | 'person' | 'paused' | 'accepted' | 'watching' | 'closed';

/** A person's decision that the person phase has yet to carry out. */
export type PendingDecision =
  | { kind: 'approve'; proposal: Proposal; approvals: number }
  | { kind: 'reject' }
  /** `risk_accepted`: by one person, as it was once possible. */
  | { kind: 'pause'; state: 'snoozed' | 'risk_accepted'; until: string }
  | { kind: 'accept'; risk: AcceptedRisk }
  | { kind: 'resolve' };

/** An order that went out and whose end no appliance has told. */
export interface LostOrder {
  /** Number of its attempt. */
  attempt: number;
  verdict: Extract<GuardVerdict, { kind: 'granted' }>;
  /** People who approved it. */
  approvals: number;
  /** Whether an appliance had ever taken it; only then can it have changed the host. */
  mayHaveBegun: boolean;
}

/** Everything an incident knows; plain JSON, carried over when the workflow continues as new. */
export interface IncidentMemory {
  phase: Phase;
  story: Story;
  policy: IncidentPolicy;
  /** What a person is offered to approve where no tier proposed anything. */
  suggestion?: Proposal | undefined;
  /** Ids of the last observations taken in, so that one delivered twice counts once. */
  seenObservations: string[];
  /** A drift was reported that no phase has looked at yet. */
  freshDrift: boolean;
  /** The check was seen passing, by a scan, and no phase has looked at it yet. */
  cleared?: Observation | undefined;
  /** A run on the same host ended, and nobody has asked the guard since. */
  guardFreed?: boolean;
  pendingDecision?: PendingDecision | undefined;
  /** Until when `watching` or `paused` lasts. */
  until?: string | undefined;
  /** Number of story events already in a ledger entry. */
  recordedEvents: number;
  /** Bundles recorded so far; part of the next one's idempotency key. */
  records: number;
  /** Runs in a row whose end is unknown. */
  interruptions: number;
  /** The decision that settled the open ticket. */
  settledBy?: Decision | undefined;
  /** Every decision accepted, with the answer its maker got. */
  taken: TakenDecision[];
  /** The ticket's clocks were stopped or started by a message and no phase has looked at them yet. */
  clockChanged: boolean;
  /** A person released auto-healing that flapping had stopped, and no phase has looked at it yet. */
  wasReleased: boolean;
  /** A person was asked, so those asked are told the end. */
  wasEscalated: boolean;
  /** The ticket is open because the check could not be carried out; the next report that says more ends the wait. */
  awaitsReading: boolean;
  lostOrder?: LostOrder | undefined;
  /** When a ticket that waits for an appliance tries again. */
  retryAt?: string | undefined;
}

/** How many events a story keeps; older ones are only in the ledger. */
const maxEvents = 300;
const maxSeenObservations = 50;

/** Memory of an incident that its first observation opens. */
export function openMemory(key: IncidentKey, first: Observation, at: string): IncidentMemory {
  return {
    phase: 'triage',
    story: {
      id: incidentWorkflowId(key),
      ...key,
      title: key.check,
      severity: first.severity,
      state: 'planning',
      tier: 'L1',
      openedAt: at,
      updatedAt: at,
      detectedAtMs: Date.parse(first.observedAt),
      observations: 0,
      latest: first,
      events: [],
      eventsDropped: 0,
      trace: [],
      attempts: [],
      plans: [],
      decisions: [],
      flapping: { heals: [] },
      ledgerEntries: [],
    },
    policy: defaultPolicy,
    seenObservations: [],
    freshDrift: false,
    recordedEvents: 0,
    records: 0,
    interruptions: 0,
    taken: [],
    clockChanged: false,
    wasReleased: false,
    wasEscalated: false,
    awaitsReading: false,
  };
}

/** In force only until the first triage has read the site's own. */
const defaultPolicy: IncidentPolicy = {
  sla: { firstResponseMs: 3_600_000, resolutionMs: 28_800_000, reminderMs: 3_600_000 },
  flapping: { heals: 3, windowMs: 3_600_000, quietMs: 14_400_000 },
  plannerEnabled: false,
  applianceWaitMs: 60_000,
};

/** Adds one line to the story, with a next step where a person has something to do. */
export function tell(
  memory: IncidentMemory,
  at: string,
  kind: StoryEvent['kind'],
  summary: string,
  nextStep?: string,
): void {
  const { story } = memory;
  story.events.push({ at, kind, summary, ...(nextStep === undefined ? {} : { nextStep }) });
  if (story.events.length > maxEvents) {
    const dropped = story.events.length - maxEvents;
    story.events.splice(0, dropped);
    story.eventsDropped += dropped;
  }
  story.updatedAt = at;
}

/** Number of events the story has ever had. */
export function eventCount(memory: IncidentMemory): number {
  return memory.story.eventsDropped + memory.story.events.length;
}

/** Moves the story to `state`. */
export function enter(memory: IncidentMemory, at: string, state: IncidentState): void {
  memory.story.state = state;
  memory.story.updatedAt = at;
}

/** Takes in a scan's word that the check passes; one from before the latest drift says nothing. */
export function takeCleared(memory: IncidentMemory, observation: Observation): void {
  if (Date.parse(observation.observedAt) < Date.parse(memory.story.latest.observedAt)) return;
  memory.cleared = observation;
}

/** Whether an observation is from before the check was last seen passing, and so only late. */
export function isOutdated({ story }: IncidentMemory, observation: Observation): boolean {
  return story.verifiedAtMs !== undefined && Date.parse(observation.observedAt) <= story.verifiedAtMs;
}

/** Takes in a reported drift. A repeated delivery changes nothing; an unchanged drift is only counted. */
export function takeDrift(memory: IncidentMemory, observation: Observation, at: string): void {
  if (memory.seenObservations.includes(observation.id)) return;
  memory.seenObservations.push(observation.id);
  if (memory.seenObservations.length > maxSeenObservations) memory.seenObservations.shift();
  if (isOutdated(memory, observation)) return;
  const { story } = memory;
  const isNews =
    story.observations === 0 ||
    story.state === 'watching' ||
    story.latest.status !== observation.status ||
    story.latest.message !== observation.message;
  story.observations += 1;
  story.latest = observation;
  story.severity = observation.severity;
  story.updatedAt = at;
  story.flapping = recordDrift(story.flapping, at, memory.policy.flapping);
  memory.freshDrift = true;
  memory.cleared = undefined;
  if (isNews) {
    tell(
      memory,
      at,
      'observed',
      `${observation.status}: ${observation.message}`,
      observation.error?.nextStep,
    );
  }
}

/** Ends the incident; what is left is to record it. */
export function close(memory: IncidentMemory, at: string, resolution: Resolution, summary: string): void {
  memory.story.resolution = resolution;
  memory.story.closedAt = at;
  delete memory.story.ticket;
  memory.freshDrift = false;
  enter(memory, at, 'closed');
  tell(memory, at, 'closed', summary);
}
