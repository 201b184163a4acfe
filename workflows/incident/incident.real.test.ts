import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Actor, DecisionRequest } from '../../contracts/decision.ts';
import { acknowledge, decide, driftCleared, releaseFlapping } from '../../contracts/incident-messages.ts';
import {
  doesNothing,
  fakeProposal,
  FakePractice,
  heals,
  isInterrupted,
} from '../../test/incident/fake-practice.ts';
import { decisionId, Harness, person, recorded, type IncidentHandle } from '../../test/incident/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

const ann = person('ann');
const ben = person('ben');

async function practice(change: (practice: FakePractice) => void = () => undefined): Promise<FakePractice> {
  const made = new FakePractice();
  change(made);
  return harness.join(made);
}

function take(incident: IncidentHandle, request: DecisionRequest, actor: Actor = ann) {
  return incident.workflow.executeUpdate(decide, { args: [{ request, actor }] });
}

async function refusalOf(update: Promise<unknown>): Promise<string | null | undefined> {
  const error: unknown = await update.catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error(`was not refused: ${String(error)}`);
  return (error.cause as { type?: string | null } | undefined)?.type;
}

const kinds = (events: { kind: string }[]) => events.map(({ kind }) => kind);

describe('L1', () => {
  test('a drift that a rule matches is healed once, verified and recorded, and the incident watches on', async () => {
    const site = await practice();
    const incident = await harness.report(site);
    const story = await incident.until(recorded('watching', 1));
    expect(kinds(story.events)).toEqual(['observed', 'matched', 'ordered', 'executed', 'verified']);
    expect(story).toMatchObject({ tier: 'L1', resolution: 'healed', ledgerEntries: [0] });
    expect(site.orders).toHaveLength(1);
    expect(site.records.map(({ moment }) => moment)).toEqual(['healed']);
    expect(site.settled).toEqual([{ orderId: site.orders[0]?.id, result: 'healed' }]);
    expect(story.verifiedAtMs).toBeGreaterThanOrEqual(story.detectedAtMs);
  });

  test('a second report of the same drift joins the open incident and runs nothing more', async () => {
    const site = await practice((made) => {
      made.guard = () => ({
        kind: 'wait',
        retryAt: new Date(Date.now() + 300).toISOString(),
        reason: 'one at a time',
      });
    });
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_guard');
    const again = site.observe();
    await harness.report(site, again);
    await harness.report(site, again);
    site.guard = () => ({ kind: 'granted' });
    const story = await incident.until(({ state }) => state === 'watching');
    expect(story.observations).toBe(2);
    expect(site.orders).toHaveLength(1);
  });

  test('when the check still fails, the runbook is rolled back and the next tier has its turn', async () => {
    const site = await practice((made) => {
      made.outcomes = [doesNothing];
    });
    const incident = await harness.report(site);
    const story = await incident.until(({ state }) => state === 'waiting_for_person');
    expect(site.orders.map(({ action }) => action)).toEqual(['execute', 'rollback']);
    expect(site.orders[1]?.undoes).toBe(site.orders[0]?.id);
    expect(story.tier).toBe('L3');
    expect(story.attempts[0]?.rollback?.result).toBe('completed');
    expect(site.settled[0]?.result).toBe('not_healed');
  });

  test('an interrupted run whose drift remains is run again under a new order only where that is safe', async () => {
    const safe = await practice((made) => {
      made.outcomes = [isInterrupted, heals];
    });
    const story = await (await harness.report(safe)).until(({ state }) => state === 'watching');
    expect(story.attempts.map(({ outcome }) => outcome?.result)).toEqual(['interrupted', 'completed']);
    expect(new Set(safe.orders.map(({ id }) => id)).size).toBe(2);

    const unsafe = await practice((made) => {
      made.outcomes = [isInterrupted, heals];
      made.guard = () => ({ kind: 'granted', idempotent: false });
    });
    const waiting = await (await harness.report(unsafe)).until(({ state }) => state === 'waiting_for_person');
    expect(unsafe.orders).toHaveLength(1);
    expect(waiting.ticket?.reason).toContain('interrupted');
  });

  test('a site in dry run is told what would have run, and repeated scans open nothing new', async () => {
    const site = await practice((made) => {
      made.guard = () => ({ kind: 'granted', dryRun: true });
    });
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'watching');
    await harness.report(site);
    const story = await incident.until(({ observations }) => observations === 2);
    expect(story).toMatchObject({ state: 'watching', resolution: 'would_have_run' });
    expect(site.orders.map(({ action }) => action)).toEqual(['dry_run']);
  });
});

describe('checks that could not be carried out', () => {
  test.each(['error', 'unknown'] as const)(
    '%s never heals the thing checked, and waits for a person',
    async (status) => {
      const site = await practice((made) => {
        made.status = status;
        made.match = () => ({});
        made.plan = { kind: 'escalate', why: 'unsure', reason: 'must not be asked' };
      });
      const story = await (await harness.report(site)).until(({ state }) => state === 'waiting_for_person');
      expect(site.orders).toEqual([]);
      expect(story.plans).toEqual([]);
      expect(story.ticket?.reason).toContain('could not be carried out');
    },
  );

  test('once the host can be read again, the drift goes the ordinary way', async () => {
    const site = await practice((made) => {
      made.status = 'error';
      made.match = ({ status }) => (status === 'fail' ? { proposal: fakeProposal } : {});
    });
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    site.status = 'fail';
    await harness.report(site);
    const story = await incident.until(({ state }) => state === 'watching');
    expect(story).toMatchObject({ resolution: 'healed', tier: 'L1' });
  });

  test('a verification that cannot be carried out leaves the host as it is and asks a person', async () => {
    const site = await practice((made) => {
      made.outcomes = [
        (order, self) => {
          self.status = 'error';
          return doesNothing(order);
        },
      ];
    });
    const story = await (
      await harness.report(site)
    ).until(({ state }) => state === 'waiting_for_person', 40_000);
    expect(site.orders.map(({ action }) => action)).toEqual(['execute']);
    expect(story.attempts[0]?.verification?.status).toBe('error');
  }, 60_000);
});

describe('L2', () => {
  const noRule = (made: FakePractice) => {
    made.match = () => ({});
  };

  test('what the model chooses goes through the same guard and is healed at L2', async () => {
    const site = await practice((made) => {
      noRule(made);
      const proposal = { ...fakeProposal, tier: 'L2' as const, by: 'model' };
      const record = {
        provider: 'local' as const,
        model: 'm',
        prompt: 'p',
        answers: ['a'],
        inputTokens: 1,
        outputTokens: 1,
        cost: 0,
      };
      made.plan = { kind: 'propose', proposal, confidence: 0.9, record };
    });
    const story = await (await harness.report(site)).until(({ state }) => state === 'watching');
    expect(story).toMatchObject({ tier: 'L2', resolution: 'healed' });
    expect(story.plans).toHaveLength(1);
  });

  test('a planner that cannot be asked is passed over, and the incident goes to a person', async () => {
    const site = await practice((made) => {
      made.match = () => ({});
      made.plan = () => {
        throw ApplicationFailure.nonRetryable('the budget cannot be read');
      };
    });
    const incident = await harness.report(site);
    const story = await incident.until(({ state }) => state === 'waiting_for_person');
    expect(story.ticket?.reason).toContain('the budget cannot be read');
  });

  test('what the guard refuses goes to a person, whoever proposed it', async () => {
    const site = await practice((made) => {
      made.guard = () => ({ kind: 'refused', code: 'circuit_open', reason: 'failed on 3 hosts' });
    });
    const story = await (await harness.report(site)).until(({ state }) => state === 'waiting_for_person');
    expect(site.orders).toEqual([]);
    expect(kinds(story.events)).toContain('guard_refused');
  });
});

describe('L3', () => {
  const escalates = (made: FakePractice) => {
    made.match = () => ({ suggestion: fakeProposal });
  };

  test('what only people can do goes to a person with the steps, and no model is asked', async () => {
    const guidance = ['Move the records to an encrypted disk.', 'Then resolve the incident.'];
    const site = await practice((made) => {
      made.match = () => ({ guidance });
      made.plan = () => {
        throw new Error('the model was asked');
      };
    });
    const incident = await harness.report(site);
    const story = await incident.until(({ state }) => state === 'waiting_for_person');
    expect(story).toMatchObject({ tier: 'L3', attempts: [], plans: [], ticket: { guidance } });
    expect(story.ticket?.proposal).toBeUndefined();
    expect(story.events.at(-1)).toMatchObject({ kind: 'escalated', nextStep: guidance[0] });
  });

  test('a person is told, approves, and the runbook runs and is verified', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    const receipt = await take(incident, { id: decisionId(), kind: 'approve' });
    expect(receipt.effect).toBe('applied');
    const story = await incident.until(recorded('watching', 2));
    expect(story).toMatchObject({ tier: 'L3', resolution: 'healed' });
    expect(story.decisions[0]?.actor).toEqual(ann);
    await incident.until(({ events }) => events.some(({ kind }) => kind === 'notified'));
    expect(site.notifications.map(({ kind }) => kind)).toContain('escalated');
    expect(site.records.map(({ moment }) => moment)).toEqual(['escalated', 'healed']);
  });

  test('high risk needs two people; one person twice is refused', async () => {
    const site = await practice((made) => {
      escalates(made);
      made.check = (proposal) => ({ ok: true, proposal, risk: 'high', approvalsNeeded: 2 });
    });
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    const first = await take(incident, { id: decisionId(), kind: 'approve' }, ann);
    expect(first.effect).toBe('needs_second_approval');
    expect(await refusalOf(take(incident, { id: decisionId(), kind: 'approve' }, ann))).toBe('same_person');
    expect(site.orders).toEqual([]);
    const second = await take(incident, { id: decisionId(), kind: 'approve' }, ben);
    expect(second.effect).toBe('applied');
    await incident.until(({ state }) => state === 'watching');
    expect(site.orders).toHaveLength(1);
  });

  test('a decision counts once however often it is sent, and readers decide nothing', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    expect(
      await refusalOf(take(incident, { id: decisionId(), kind: 'approve' }, person('eve', 'readonly'))),
    ).toBe('role_not_allowed');
    await incident.until(({ state }) => state === 'waiting_for_person');
    const request = { id: decisionId(), kind: 'approve' as const };
    const receipts = await Promise.all([take(incident, request), take(incident, request)]);
    expect(receipts[0]).toEqual(receipts[1]);
    await incident.until(({ state }) => state === 'watching');
    expect(site.orders).toHaveLength(1);
    expect(await refusalOf(take(incident, { id: decisionId(), kind: 'approve' }))).toMatch(
      /already_decided|not_waiting/,
    );
  });

  test('what the catalogue refuses is no decision', async () => {
    const site = await practice((made) => {
      escalates(made);
      made.check = () => ({ ok: false, code: 'runbook_not_enabled', reason: 'switched off at this site' });
    });
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    const request = { id: decisionId(), kind: 'approve' as const, runbook: 'RB-LIN-SSH-001' };
    expect(await refusalOf(take(incident, request))).toBe('runbook_not_enabled');
    expect((await incident.story()).decisions).toEqual([]);
  });

  test('a rejection runs nothing and keeps the drift quiet until it is gone', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    await take(incident, { id: decisionId(), kind: 'reject', note: 'we need it this week' });
    await incident.until(({ resolution }) => resolution === 'rejected');
    await harness.report(site);
    await incident.workflow.signal(driftCleared, site.observe({ status: 'pass' }));
    const story = await incident.until(({ state }) => state === 'closed');
    expect(story.resolution).toBe('rejected');
    expect(site.orders).toEqual([]);
  });

  test('snoozed, it comes back when the time is over', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    const until = new Date(Date.now() + 2_000).toISOString();
    await take(incident, { id: decisionId(), kind: 'snooze', until });
    await incident.until(({ events }) => kinds(events).filter((kind) => kind === 'escalated').length > 1);
    await incident.until(({ state }) => state === 'waiting_for_person');
    const late = { id: decisionId(), kind: 'snooze' as const, until: new Date(0).toISOString() };
    expect(await refusalOf(take(incident, late))).toBe('time_not_in_future');
  });

  test('resolved by hand ends it only if the check agrees', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    await take(incident, { id: decisionId(), kind: 'resolve', note: 'edited the file' });
    await incident.until(({ ticket }) => ticket?.reason.startsWith('Said to be resolved') === true);
    site.status = 'pass';
    await take(incident, { id: decisionId(), kind: 'resolve', note: 'now really' });
    const story = await incident.until(({ state }) => state === 'closed');
    expect(story.resolution).toBe('resolved_by_hand');
  });

  test('a drift that goes away by itself ends the incident', async () => {
    const site = await practice(escalates);
    const incident = await harness.report(site);
    await incident.until(({ state }) => state === 'waiting_for_person');
    await incident.workflow.signal(driftCleared, site.observe({ status: 'pass' }));
    const story = await incident.until(({ state }) => state === 'closed');
    expect(story.resolution).toBe('cleared');
    await incident.workflow.result();
    expect(site.records.map(({ moment }) => moment)).toEqual(['escalated', 'closed']);
  });

  test('missed deadlines are announced with reminders; acknowledging stops the first clock', async () => {
    const site = await practice((made) => {
      escalates(made);
      made.policy = { ...made.policy, sla: { firstResponseMs: 300, resolutionMs: 60_000, reminderMs: 300 } };
    });
    const incident = await harness.report(site);
    await incident.until(({ ticket }) => (ticket?.reminders ?? 0) >= 2);
    await incident.until(({ events }) => events.filter(({ kind }) => kind === 'notified').length >= 3);
    await incident.workflow.executeUpdate(acknowledge, { args: [{ actor: ann }] });
    const { ticket } = await incident.story();
    expect(ticket).toMatchObject({ acknowledgedBy: 'ann', breached: ['first_response'] });
    const sent = site.notifications.map(({ kind }) => kind);
    expect(sent).toEqual(expect.arrayContaining(['escalated', 'first_response_breached', 'reminder']));
  });
});

describe('flapping', () => {
  test('three heals in the window stop auto-healing; a person releases it', async () => {
    const site = await practice();
    const incident = await harness.report(site);
    for (const heal of [1, 2, 3]) {
      await incident.until(({ flapping, state }) => flapping.heals.length === heal && state === 'watching');
      site.status = 'fail';
      await harness.report(site);
    }
    const stopped = await incident.until(({ state }) => state === 'waiting_for_person');
    expect(stopped.ticket?.reason).toContain('Flapping');
    expect(site.orders).toHaveLength(3);
    await incident.workflow.executeUpdate(releaseFlapping, { args: [{ actor: ann }] });
    const story = await incident.until(({ state }) => state === 'watching');
    expect(site.orders).toHaveLength(4);
    expect(story.flapping.heals).toHaveLength(1);
  });
});
