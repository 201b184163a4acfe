import type { CatalogProblem } from './catalog/catalog.ts';
import type { Risk } from './catalog/runbook.ts';
import type { Decision } from './decision.ts';
import type { Observation, Severity } from './observation.ts';
import type { OrderOutcome } from './order.ts';
import type { MatchTraceEntry, PlannerRecord, Proposal } from './plan.ts';

/** Where an incident stands. Also its search attribute `MalachorState`. */
export const incidentStates = [
  'planning',
  'waiting_for_guard',
  'healing',
  'verifying',
  'rolling_back',
  'waiting_for_appliance',
  'waiting_for_person',
  'snoozed',
  'risk_accepted',
  'watching',
  'closed',
] as const;
export type IncidentState = (typeof incidentStates)[number];

/** How an incident ended. */
export const resolutions = ['healed', 'cleared', 'rejected', 'resolved_by_hand', 'would_have_run'] as const;
export type Resolution = (typeof resolutions)[number];

/** The tier that resolved or holds the incident. */
export type Tier = 'L1' | 'L2' | 'L3';

/** One line of the story: what happened, when, and what a person does next where anything is to do. */
export interface StoryEvent {
  at: string;
  kind:
    | 'observed'
    | 'matched'
    | 'not_matched'
    | 'planned'
    | 'escalated'
    | 'guard_waits'
    | 'guard_refused'
    | 'ordered'
    | 'executed'
    | 'verified'
    | 'not_verified'
    | 'rolled_back'
    | 'would_have_run'
    | 'waiting_for_appliance'
    | 'flapping'
    | 'released'
    | 'notified'
    | 'acknowledged'
    | 'decided'
    | 'reminded'
    | 'sla_breached'
    | 'cleared'
    | 'recorded'
    | 'closed';
  summary: string;
  nextStep?: string;
}

/** One remediation: the order, what became of it, and whether the check passed afterwards. */
export interface Attempt {
  number: number;
  orderId: string;
  proposal: Proposal;
  runbookDigest: string;
  risk: Risk;
  outcome?: OrderOutcome;
  verification?: Observation;
  rollback?: OrderOutcome;
  startedAt: string;
  endedAt?: string;
}

/** The ticket while a person is asked, or was. */
export interface Ticket {
  reason: string;
  openedAt: string;
  /** What approving without further words would run. */
  proposal?: Proposal;
  /** What people do about it, step by step, where no runbook may. */
  guidance?: string[];
  approvalsNeeded: 1 | 2;
  approvals: Decision[];
  /** First signatures under accepting the risk, of the state as it is. */
  acceptances?: Decision[];
  firstResponseDueAt: string;
  resolutionDueAt: string;
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  breached: ('first_response' | 'resolution')[];
  reminders: number;
  /** When somebody was last told of a breach or reminded. */
  lastNudgeAt?: string;
}

/** A drift that two people accept for a time (H9): still watched, and back at a person when it moves or the time ends. */
export interface AcceptedRisk {
  /** Two decisions to accept, by two names and two credentials. */
  signers: Decision[];
  acceptedAt: string;
  expiresAt: string;
  /** SHA-256 (hex) of the status and the facts it was judged by, as they were accepted. */
  stateDigest: string;
}

/** The whole incident as one JSON: for the API, the UI and the evidence. */
export interface Story {
  id: string;
  site: string;
  host: string;
  check: string;
  title: string;
  severity: Severity;
  state: IncidentState;
  tier: Tier;
  resolution?: Resolution;
  openedAt: string;
  updatedAt: string;
  closedAt?: string;
  /** When the drift that is being handled was reported, and when its check passed again; milliseconds since epoch. */
  detectedAtMs: number;
  verifiedAtMs?: number;
  observations: number;
  latest: Observation;
  events: StoryEvent[];
  /** Events dropped from the front when the list grew over its bound; they remain in the evidence. */
  eventsDropped: number;
  trace: MatchTraceEntry[];
  attempts: Attempt[];
  plans: PlannerRecord[];
  decisions: Decision[];
  ticket?: Ticket;
  /** Runbook that waits for others on the host to end, while the state is `waiting_for_guard`. */
  waitsFor?: string;
  /** Names of the facts that the check is judged by; all of them count where it is not known. */
  judgedFacts?: string[];
  /** While the state is `risk_accepted`. */
  acceptedRisk?: AcceptedRisk;
  /** Heals that still count, when they stopped auto-healing, and since when the drift is away (A3). */
  flapping: { heals: string[]; stoppedAt?: string; quietSince?: string };
  catalogProblems?: CatalogProblem[];
  /** Sequence numbers of the ledger entries that record it. */
  ledgerEntries: number[];
}

/** A story without its bulk, for lists. */
export interface IncidentSummary {
  id: string;
  site: string;
  host: string;
  check: string;
  title: string;
  severity: Severity;
  state: IncidentState;
  tier: Tier;
  resolution?: Resolution | undefined;
  openedAt: string;
  updatedAt: string;
  attempts: number;
}
