import { incidentWorkflowId } from '../../contracts/ids.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { Story } from '../../contracts/story.ts';

const at = '2026-11-23T10:00:00.000Z';
const expiresAt = '2026-12-23T10:00:00.000Z';
const stateDigest = 'b'.repeat(64);
const orderId = '0f3c1a50-26a4-4f0e-9d0a-0d5a1a3c7b11';

const observation: Observation = {
  id: '6f1f6c9e-8a51-4f6e-9f7b-2f6a5f1f0a01',
  site: 'main-street',
  host: 'front-desk',
  check: 'linux.ssh.root_login',
  status: 'fail',
  severity: 'high',
  os: { family: 'linux', id: 'debian', version: '12' },
  facts: { permit_root_login: 'yes' },
  message: 'root may log in with a password',
  observedAt: at,
  source: 'scan',
};

const proposal = {
  tier: 'L1',
  runbook: 'RB-LIN-SSH-001',
  parameters: { port: 22 },
  by: 'L1-LIN-SSH-001',
  reason: 'root login is on',
} as const;

/** A story in which every property is set, so that one the API drops shows. */
export function buildStory(changes: Partial<Story> = {}): Story {
  const key = { site: 'main-street', host: 'front-desk', check: 'linux.ssh.root_login' };
  const decision: Story['decisions'][number] = {
    request: { id: orderId, kind: 'approve', note: 'go ahead' },
    actor: { name: 'Ada', role: 'operator', method: 'bearer-token', credential: '0123456789abcdef' },
    at,
  };
  const acceptance: Story['decisions'][number] = {
    ...decision,
    request: { id: orderId, kind: 'accept', expiresAt, note: 'until the vendor comes' },
    stateDigest,
  };
  return {
    ...key,
    id: incidentWorkflowId(key),
    title: 'SSH root login',
    severity: 'high',
    state: 'closed',
    tier: 'L3',
    resolution: 'healed',
    openedAt: at,
    updatedAt: at,
    closedAt: at,
    detectedAtMs: 1,
    verifiedAtMs: 2,
    observations: 1,
    latest: observation,
    events: [{ at, kind: 'observed', summary: 'seen', nextStep: 'wait' }],
    eventsDropped: 0,
    trace: [{ rule: 'L1-LIN-SSH-001', matched: true, reason: 'it fits' }],
    attempts: [
      {
        number: 1,
        orderId,
        proposal,
        runbookDigest: 'a'.repeat(64),
        risk: 'low',
        outcome: { orderId, result: 'completed', message: 'done' },
        verification: observation,
        rollback: { orderId, result: 'failed', message: 'not undone' },
        startedAt: at,
        endedAt: at,
      },
    ],
    plans: [
      {
        provider: 'local',
        model: 'm',
        prompt: 'p',
        answers: ['a'],
        inputTokens: 1,
        outputTokens: 2,
        cost: 0.1,
      },
    ],
    decisions: [decision],
    ticket: {
      reason: 'risk',
      openedAt: at,
      proposal,
      approvalsNeeded: 2,
      approvals: [decision],
      acceptances: [acceptance],
      firstResponseDueAt: at,
      resolutionDueAt: at,
      acknowledgedAt: at,
      acknowledgedBy: 'Ada',
      breached: ['first_response'],
      reminders: 1,
      lastNudgeAt: at,
    },
    judgedFacts: ['permit_root_login'],
    acceptedRisk: {
      signers: [acceptance, { ...acceptance, actor: { ...acceptance.actor, name: 'Bea' } }],
      acceptedAt: at,
      expiresAt,
      stateDigest,
    },
    flapping: { heals: [at], stoppedAt: at, quietSince: at },
    catalogProblems: [{ file: 'checks/a.yaml', line: 1, reason: 'no', id: 'linux.a.b' }],
    ledgerEntries: [0],
    ...changes,
  };
}
