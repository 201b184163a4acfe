import { ApplicationFailure } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import type {
  GuardActivities,
  GuardInput,
  GuardVerdict,
  IntakeActivities,
  MatchResult,
  Notification,
  PlanningActivities,
  ProposalCheck,
  RecordActivities,
  RunResult,
} from '../../contracts/central-activities.ts';
import type { SettledRecord, SignedRecord } from '../../contracts/evidence-record.ts';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import type { Observation } from '../../contracts/observation.ts';
import { orderPayloadType, type Envelope, type Order, type OrderOutcome } from '../../contracts/order.ts';
import type { PlanResult, Proposal } from '../../contracts/plan.ts';
import type { CheckSettings, ScanInput, SiteActivities } from '../../contracts/site-activities.ts';
import type { Story } from '../../contracts/story.ts';
import type { CosignAnswer } from '../../contracts/witnessing.ts';

/** The drift that every fake practice has. */
export const fakeCheck = 'linux.ssh.root_login';
export const fakeProposal: Proposal = {
  tier: 'L1',
  runbook: 'RB-LIN-SSH-001',
  parameters: {},
  by: 'L1-LIN-SSH-001',
  reason: 'rule L1-LIN-SSH-001 matches',
};

const defaults = sitePolicySchema.parse({});

/** What a practice answers, and what happened to it; tests change the answers and read the happenings. */
export class FakePractice {
  readonly site: string;
  status: Observation['status'] = 'fail';
  /** What each order does, in turn; the last one goes on. */
  outcomes: ((order: Order, practice: FakePractice) => OrderOutcome | Promise<OrderOutcome>)[] = [heals];
  match: (observation: Observation) => Partial<MatchResult> = () => ({ proposal: fakeProposal });
  guard: (input: GuardInput) => Partial<GuardVerdict> & { kind: GuardVerdict['kind'] } = () => ({
    kind: 'granted',
  });
  check: (proposal: Proposal) => ProposalCheck = (proposal) => {
    return { ok: true, proposal, risk: 'low', approvalsNeeded: 1 };
  };
  plan: PlanResult | (() => never) = { kind: 'escalate', why: 'no_key', reason: 'no API key' };
  policy: MatchResult['policy'] = {
    sla: defaults.sla.high,
    flapping: defaults.flapping,
    plannerEnabled: true,
    applianceWaitMs: 10_000,
  };

  /** What the site sets of its checks. */
  settings: CheckSettings = {};

  /** Whether its appliance looks at the check right after an order. */
  looksAfterOrders = false;

  /** Hosts that further pages of a scan begin with. */
  furtherPages: string[] = [];

  /** What it signed and has not heard of again; two are handed over at a time. */
  evidence: SignedRecord[] = [];
  readonly evidenceSettled: SettledRecord[] = [];

  /** Central's answer to a record; a number is its entry. */
  takes: (record: SignedRecord) => SettledRecord = ({ recordId }) => ({
    recordId,
    outcome: 'taken',
    entry: 0,
  });

  /** What it answers as a witness. */
  cosigns: (request: string) => CosignAnswer = () => {
    return { kind: 'refused', witness: `malachor.dev/witness/${this.site}/box-1`, code: 'unknown_log' };
  };

  readonly cosignRequests: string[] = [];
  readonly scans: ScanInput[] = [];
  readonly probes: Parameters<SiteActivities['probeCheck']>[0][] = [];
  readonly reports: Parameters<IntakeActivities['reportObservations']>[0][] = [];
  readonly orders: Order[] = [];
  readonly records: { recordId: string; moment: string; story: Story }[] = [];
  readonly notifications: Notification[] = [];
  readonly settled: { orderId: string; result: RunResult }[] = [];
  projected?: Story;

  constructor() {
    this.site = `practice-${randomUUID().slice(0, 8)}`;
  }

  observe(overrides: Partial<Observation> = {}): Observation {
    const status = overrides.status ?? this.status;
    return {
      id: randomUUID(),
      site: this.site,
      host: 'srv-1',
      check: fakeCheck,
      status,
      severity: 'high',
      os: { family: 'linux', id: 'debian', version: '12' },
      facts: {},
      message: status === 'pass' ? 'root cannot log in' : 'root can log in',
      observedAt: new Date().toISOString(),
      source: 'scan',
      ...overrides,
    };
  }

  siteActivities(): SiteActivities {
    return {
      scanHosts: async (input) => {
        this.scans.push(input);
        const at = new Date().toISOString();
        const observation = this.observe();
        const { host, os } = observation;
        const hosts = [{ host, os, reachable: true, baseline: 'linux-server' }];
        const next = this.furtherPages.shift();
        const more = next === undefined ? {} : { next };
        return {
          site: input.site,
          startedAt: at,
          finishedAt: at,
          hosts,
          observations: [observation],
          ...more,
        };
      },
      probeCheck: async (input) => {
        this.probes.push(input);
        return this.observe({ source: 'verify' });
      },
      executeOrder: async ({ order: envelope, verify }) => {
        const order = JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Order;
        this.orders.push(order);
        const outcome = this.outcomes.length > 1 ? this.outcomes.shift() : this.outcomes[0];
        if (!outcome) throw new Error('no outcome scripted');
        const ended = await outcome(order, this);
        if (!verify || !this.looksAfterOrders || ended.result !== 'completed') return ended;
        return { ...ended, verification: this.observe({ source: 'verify' }) };
      },
      handOverEvidence: async ({ settled }) => {
        this.evidenceSettled.push(...settled);
        this.evidence = this.evidence.filter(
          ({ recordId }) => !settled.some((each) => each.recordId === recordId),
        );
        return { records: this.evidence.slice(0, 2) };
      },
      cosignCheckpoint: async ({ request }) => {
        this.cosignRequests.push(request);
        return this.cosigns(request);
      },
    };
  }

  triage(observation: Observation): MatchResult {
    return {
      title: 'Root cannot log in over SSH',
      trace: [],
      catalogProblems: [],
      policy: this.policy,
      ...this.match(observation),
    };
  }

  passGuard(input: GuardInput): GuardVerdict {
    const granted = {
      runbookDigest: '0'.repeat(64),
      risk: 'low' as const,
      dryRun: false,
      timeoutMs: 5_000,
      idempotent: true,
      hasRollback: true,
    };
    const verdict = this.guard(input);
    if (verdict.kind !== 'granted') return verdict as GuardVerdict;
    const all = { ...granted, ...verdict };
    const action = all.dryRun ? 'dry_run' : 'execute';
    return { ...all, order: envelopeOf(input, action) };
  }

  central(): Omit<GuardActivities, 'passGuard'> & PlanningActivities & RecordActivities & IntakeActivities {
    return {
      readSiteSettings: async () => ({ settings: this.settings }),
      reportObservations: async (input) => {
        this.reports.push(input);
        const drifts = input.observations.filter(({ status }) => status !== 'pass').length;
        return { drifts, cleared: 0 };
      },
      settleRun: async ({ orderId, result }) => {
        this.settled.push({ orderId, result });
      },
      signRollback: async ({ orderId, undoes, key, proposal, at }) => ({
        order: envelopeOf({ orderId, key, proposal, at }, 'rollback', undoes),
      }),
      checkProposal: async ({ proposal }) => this.check(proposal),
      planRemediation: async () => (typeof this.plan === 'function' ? this.plan() : this.plan),
      projectIncident: async ({ story }) => {
        this.projected = story;
      },
      recordIncident: async (input) => {
        const known = this.records.findIndex(({ recordId }) => recordId === input.recordId);
        this.projected = input.story;
        if (input.endedRun) {
          const { orderId, result } = input.endedRun;
          this.settled.push({ orderId, result });
        }
        if (known >= 0) return { entry: known };
        return { entry: this.records.push(input) - 1 };
      },
    };
  }
}

/** An order that runs and mends the drift. */
export function heals(order: Order, practice: FakePractice): OrderOutcome {
  if (order.action === 'dry_run') return outcomeOf(order, 'would_have_run');
  if (order.action === 'execute') practice.status = 'pass';
  return outcomeOf(order, 'completed');
}

/** An order that runs and changes nothing. */
export function doesNothing(order: Order): OrderOutcome {
  return outcomeOf(order, 'completed');
}

/** An order that the appliance takes and then cannot tell the end of. */
export function isLost(): never {
  throw ApplicationFailure.nonRetryable('the journal cannot be written');
}

/** An order whose end nobody knows. */
export function isInterrupted(order: Order): OrderOutcome {
  return outcomeOf(order, 'interrupted');
}

function outcomeOf(order: Order, result: OrderOutcome['result']): OrderOutcome {
  return { orderId: order.id, result, message: `${order.action} ${result}` };
}

function envelopeOf(
  input: Omit<GuardInput, 'status' | 'approvals'>,
  action: Order['action'],
  undoes?: string,
): Envelope {
  const order: Order = {
    id: input.orderId,
    site: input.key.site,
    host: input.key.host,
    incident: 'incident',
    action,
    ...(undoes === undefined ? {} : { undoes }),
    runbook: input.proposal.runbook,
    runbookDigest: '0'.repeat(64),
    parameters: input.proposal.parameters,
    nonce: '0'.repeat(32),
    issuedAt: input.at,
    expiresAt: input.at,
  };
  const payload = Buffer.from(JSON.stringify(order)).toString('base64');
  return { payloadType: orderPayloadType, payload, signatures: [{ keyid: 'fake', sig: '' }] };
}
