import { acknowledge, decide, driftCleared, releaseFlapping } from '../../contracts/incident-messages.ts';
import {
  doesNothing,
  fakeProposal,
  heals,
  isInterrupted,
  type FakePractice,
} from '../incident/fake-practice.ts';
import { decisionId, person, type Harness, type IncidentHandle } from '../incident/harness.ts';

/** One way an incident can go, played on real Temporal so that its history can be kept. */
export interface Scenario {
  name: string;
  prepare: (practice: FakePractice) => void;
  play: (harness: Harness, practice: FakePractice, incident: IncidentHandle) => Promise<void>;
}

const ann = person('ann');
const toPerson = (practice: FakePractice) => {
  practice.match = () => ({ suggestion: fakeProposal });
};
const waits = (incident: IncidentHandle) => incident.until(({ state }) => state === 'waiting_for_person');
const watches = async (incident: IncidentHandle) => {
  await incident.until(({ state }) => state === 'watching');
};

/** Ways that between them take every arrow of the incident's diagram. */
export const scenarios: Scenario[] = [
  {
    name: 'healed-at-l1-and-closed',
    prepare: (practice) => {
      practice.policy = { ...practice.policy, flapping: { ...practice.policy.flapping, windowMs: 300 } };
    },
    play: async (_harness, _practice, incident) => {
      await incident.workflow.result();
    },
  },
  {
    name: 'interrupted-then-healed',
    prepare: (practice) => {
      practice.outcomes = [isInterrupted, heals];
    },
    play: (_harness, _practice, incident) => watches(incident),
  },
  {
    name: 'rolled-back-then-approved',
    prepare: (practice) => {
      practice.outcomes = [doesNothing, doesNothing, heals];
    },
    play: async (_harness, _practice, incident) => {
      await waits(incident);
      await incident.workflow.executeUpdate(acknowledge, { args: [{ actor: ann }] });
      const request = { id: decisionId(), kind: 'approve' as const };
      await incident.workflow.executeUpdate(decide, { args: [{ request, actor: ann }] });
      await watches(incident);
    },
  },
  {
    name: 'settled-at-l2',
    prepare: (practice) => {
      practice.match = () => ({});
      const proposal = { ...fakeProposal, tier: 'L2' as const, by: 'model' };
      const record = {
        provider: 'local' as const,
        model: 'model',
        prompt: 'prompt',
        answers: ['answer'],
        inputTokens: 1,
        outputTokens: 1,
        cost: 0,
      };
      practice.plan = { kind: 'propose', proposal, confidence: 0.9, record };
    },
    play: (_harness, _practice, incident) => watches(incident),
  },
  {
    name: 'two-people-approve',
    prepare: (practice) => {
      toPerson(practice);
      practice.check = (proposal) => ({ ok: true, proposal, risk: 'high', approvalsNeeded: 2 });
    },
    play: async (_harness, _practice, incident) => {
      await waits(incident);
      for (const actor of [ann, person('ben')]) {
        const request = { id: decisionId(), kind: 'approve' as const };
        await incident.workflow.executeUpdate(decide, { args: [{ request, actor }] });
      }
      await watches(incident);
    },
  },
  {
    name: 'flapping-stopped-and-released',
    prepare: () => undefined,
    play: async (harness, practice, incident) => {
      for (const heal of [1, 2, 3]) {
        await incident.until(({ flapping, state }) => flapping.heals.length === heal && state === 'watching');
        practice.status = 'fail';
        await harness.report(practice);
      }
      await waits(incident);
      await incident.workflow.executeUpdate(releaseFlapping, { args: [{ actor: ann }] });
      await watches(incident);
    },
  },
  {
    name: 'unreadable-then-cleared',
    prepare: (practice) => {
      practice.status = 'error';
      practice.match = () => ({});
    },
    play: async (_harness, practice, incident) => {
      await waits(incident);
      await incident.workflow.signal(driftCleared, practice.observe({ status: 'pass' }));
      await incident.workflow.result();
    },
  },
  {
    name: 'snoozed-breached-and-rejected',
    prepare: (practice) => {
      toPerson(practice);
      practice.policy = {
        ...practice.policy,
        sla: { firstResponseMs: 200, resolutionMs: 900, reminderMs: 200 },
      };
    },
    play: async (_harness, _practice, incident) => {
      await waits(incident);
      await incident.until(({ ticket }) => (ticket?.reminders ?? 0) >= 1);
      const until = new Date(Date.now() + 2_000).toISOString();
      await incident.workflow.executeUpdate(decide, {
        args: [{ request: { id: decisionId(), kind: 'snooze', until }, actor: ann }],
      });
      await incident.until(({ state }) => state === 'snoozed');
      await waits(incident);
      await incident.workflow.executeUpdate(decide, {
        args: [{ request: { id: decisionId(), kind: 'reject', note: 'not now' }, actor: ann }],
      });
      await watches(incident);
    },
  },
  {
    name: 'accepted-by-two-until-it-moved',
    prepare: toPerson,
    play: async (harness, practice, incident) => {
      await waits(incident);
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      for (const actor of [ann, person('ben')]) {
        const request = {
          id: decisionId(),
          kind: 'accept' as const,
          expiresAt,
          note: 'until the vendor comes',
        };
        await incident.workflow.executeUpdate(decide, { args: [{ request, actor }] });
      }
      await incident.until(({ state }) => state === 'risk_accepted');
      await harness.report(practice, practice.observe({ facts: { moved: true } }));
      await waits(incident);
    },
  },
];
