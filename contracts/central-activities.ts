import type { CatalogProblem } from './catalog/catalog.ts';
import type { Risk } from './catalog/runbook.ts';
import type { SettledRecord, SignedRecord } from './evidence-record.ts';
import type { IncidentKey } from './ids.ts';
import type { CheckStatus, Observation } from './observation.ts';
import type { Envelope } from './order.ts';
import type { MatchTraceEntry, PlanResult, Proposal } from './plan.ts';
import type { CheckSettings, ScanReport } from './site-activities.ts';
import type { SitePolicy, SlaPolicy } from './site-policy.ts';
import type { Story } from './story.ts';
import type { CosignAnswer, WitnessRefusal } from './witnessing.ts';

/** Activities of the central worker. Each capability's factory implements its own interface of these. */

export interface TriageActivities {
  /** First matching L1 rule for the observation, with the trace, and the policy the incident works under. */
  matchRule(input: { observation: Observation; at: string }): Promise<MatchResult>;
}
export interface MatchResult {
  title: string;
  proposal?: Proposal;
  /** The enabled runbook that is verified by this check, offered to a person where no tier proposed one. */
  suggestion?: Proposal;
  /** What people do about it, step by step, where no runbook may. */
  guidance?: string[];
  trace: MatchTraceEntry[];
  /** Names of the facts the check is judged by, sorted; absent where the catalogue does not have the check. */
  judgedFacts?: string[];
  /** Catalogue files that were left out and concern this check, so that the story can say so. */
  catalogProblems: CatalogProblem[];
  policy: IncidentPolicy;
}
/** The part of a site's policy that the workflow's own timers and counters need. */
export interface IncidentPolicy {
  sla: SlaPolicy;
  flapping: SitePolicy['flapping'];
  plannerEnabled: boolean;
  /** How long an order or a look waits for an appliance to take it before a person is told. */
  applianceWaitMs: number;
  /** What the site sets of the incident's check, for verification; absent where it sets nothing. */
  checkSettings?: CheckSettings;
}

export interface GuardActivities {
  /**
   * Decides whether the proposal may run now and, if so, claims the runbook's slot and signs the order.
   * Idempotent by `orderId`.
   */
  passGuard(input: GuardInput): Promise<GuardVerdict>;
  /** Gives the slot back and records how the run ended, for blast radius, circuit breaker and cooldown. Idempotent. */
  settleRun(input: EndedRun & { site: string }): Promise<void>;
  /** Signs the rollback of an executed order. */
  signRollback(input: {
    orderId: string;
    undoes: string;
    key: IncidentKey;
    proposal: Proposal;
    at: string;
  }): Promise<{
    order: Envelope;
  }>;
  /** Whether a proposal names an enabled runbook for the check with valid parameters; complete parameter values. */
  checkProposal(input: { key: IncidentKey; proposal: Proposal }): Promise<ProposalCheck>;
}
/** A run that has come to its end, at `at`. */
export interface EndedRun {
  orderId: string;
  result: RunResult;
  at: string;
}
export type RunResult = 'healed' | 'not_healed' | 'interrupted' | 'refused' | 'would_have_run';
export interface GuardInput {
  orderId: string;
  key: IncidentKey;
  proposal: Proposal;
  /** How many people approved; `high` risk needs two, risk over the ceiling needs one. */
  approvals: number;
  /** Status of the observation that is to be healed (H8). */
  status: CheckStatus;
  at: string;
}
export type GuardVerdict =
  | {
      kind: 'granted';
      order: Envelope;
      runbookDigest: string;
      risk: Risk;
      dryRun: boolean;
      timeoutMs: number;
      idempotent: boolean;
      hasRollback: boolean;
      /** What the story shall say of the grant, as a circuit breaker that a person's approval passed. */
      notes?: string[];
    }
  /**
   * Try again at `retryAt`: window closed, blast radius used up. Where it waits for another run on its host, the end of
   * that one wakes it before (`guardFreed`).
   */
  | { kind: 'wait'; retryAt: string; reason: string; forHost?: true }
  /** Only a person can go on. */
  | { kind: 'refused'; code: GuardRefusal; reason: string; risk?: Risk };
export type GuardRefusal =
  | 'risk_above_ceiling'
  | 'circuit_open'
  | 'runbook_not_enabled'
  | 'runbook_unknown'
  | 'parameters_invalid'
  | 'repairs_not_checking'
  | 'status_not_healable';
export type ProposalCheck =
  | { ok: true; proposal: Proposal; risk: Risk; approvalsNeeded: 1 | 2 }
  | { ok: false; code: 'runbook_not_enabled' | 'runbook_unknown' | 'parameters_invalid'; reason: string };

export interface PlanningActivities {
  /** Asks the model (L2). Never throws for what the model does: that is an escalation. */
  planRemediation(input: { observation: Observation; attempts: string[]; at: string }): Promise<PlanResult>;
}

export interface RecordActivities {
  /** Projects the story for the API. Idempotent; an older story never replaces a newer one. */
  projectIncident(input: { story: Story }): Promise<void>;
  /**
   * Appends the signed bundle of the story to the site's ledger and projects it. Idempotent by `recordId`.
   * Resolves to the entry's sequence number.
   *
   * @param input.endedRun settled on the way, as `settleRun` does
   */
  recordIncident(input: {
    recordId: string;
    moment: RecordMoment;
    story: Story;
    endedRun?: EndedRun;
  }): Promise<{ entry: number }>;
}
/**
 * When a bundle is made: the drift was verified healed, a person is needed, two people accepted the risk, or the incident
 * ended.
 */
export type RecordMoment = 'healed' | 'escalated' | 'risk_accepted' | 'closed';

export const notificationKinds = [
  'escalated',
  'reminder',
  'first_response_breached',
  'resolution_breached',
  'closed',
] as const;
export interface Notification {
  /** UUID; receivers drop duplicates by it. */
  id: string;
  kind: (typeof notificationKinds)[number];
  site: string;
  incident: string;
  host: string;
  check: string;
  severity: string;
  title: string;
  summary: string;
  nextStep: string;
  at: string;
}
export interface NotifyActivities {
  /** Delivers to the site's channel and logs the delivery. Retried by Temporal; idempotent for the receiver by id. */
  deliver(input: {
    notification: Notification;
  }): Promise<{ channel: string; status: 'delivered' | 'no_channel' }>;
}

export interface EvidenceIntakeActivities {
  /**
   * Appends to the site's ledger what its appliances signed, in the order given, each countersigned. Idempotent by `recordId`.
   * A record that is not sound, or not by an appliance of the site, is refused, which is an outcome.
   */
  takeEvidence(input: { site: string; records: SignedRecord[] }): Promise<{ settled: SettledRecord[] }>;
}

export interface WitnessActivities {
  /**
   * What to ask a witness of the site: the newest checkpoint, with the proof that it continues size `from`, or the largest size
   * that any witness cosigned. `nothing` where the ledger is empty or the site has no witness. Reads only.
   */
  prepareWitnessRequest(input: {
    site: string;
    from?: number;
  }): Promise<PreparedWitnessRequest | { kind: 'nothing' }>;
  /** Verifies what a witness answered, with the keys it was enrolled with, and keeps it. Idempotent by `request`. */
  settleWitnessAnswer(input: {
    site: string;
    /** Names the request. */
    request: string;
    asked: PreparedWitnessRequest;
    answer: CosignAnswer;
  }): Promise<WitnessOutcome>;
}
export interface PreparedWitnessRequest {
  kind: 'prepared';
  /** Body of `add-checkpoint`. */
  body: string;
  checkpoint: string;
  size: number;
  /** Compact range of the ledger at that size. */
  frontier: readonly string[];
}
/**
 * - `unverified`: it cosigned, and its signature is not by its enrolled key
 * - `stranger`: under that name none is enrolled; nothing of it is kept
 */
export type WitnessOutcome =
  | { kind: 'cosigned'; witness: string; size: number }
  | { kind: 'refused'; witness: string; size: number; code: WitnessRefusal | 'unverified' }
  | { kind: 'stranger'; witness: string };

export interface IntakeActivities {
  /** What the site sets of its checks, for a scan. Reads only. */
  readSiteSettings(input: { site: string }): Promise<{ settings: CheckSettings }>;
  /**
   * Hands a scan's observations to incident workflows: drifts by signal-with-start, passes as `driftCleared` to open
   * incidents. Registers hosts, keeps the latest result of each check and notes the score. Idempotent by observation id.
   */
  reportObservations(input: {
    observations: Observation[];
    /** The hosts as the scan reports them, where it was one. */
    hosts?: Pick<ScanReport['hosts'][number], 'host' | 'baseline'>[];
    /** Whether more of the same scan follows; the score is noted with the last part. */
    isPart?: boolean;
  }): Promise<{ drifts: number; cleared: number }>;
}
