import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Actor, DecisionRequest } from '../../contracts/decision.ts';
import { decide, driftCleared } from '../../contracts/incident-messages.ts';
import type { Observation } from '../../contracts/observation.ts';
import { stateDigest } from '../../domain/decisions/state-digest.ts';
import { fakeProposal, FakePractice } from '../../test/incident/fake-practice.ts';
import { decisionId, Harness, person, recorded, type IncidentHandle } from '../../test/incident/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

const ann = person('ann');
const ben = person('ben');
const facts = { ciphers: ['3des-cbc'], uptime_days: 7 };

/** A practice whose drift waits for a person, and would be healed by an L1 rule if that were asked again. */
async function waiting(): Promise<{ site: FakePractice; incident: IncidentHandle }> {
  const site = await harness.join(new FakePractice());
  site.match = () => ({ suggestion: fakeProposal, judgedFacts: ['ciphers'] });
  const incident = await harness.report(site, site.observe({ facts }));
  await incident.until(({ state }) => state === 'waiting_for_person');
  site.match = () => ({ proposal: fakeProposal, judgedFacts: ['ciphers'] });
  return { site, incident };
}

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const inAMonth = inMs(30 * 24 * 3_600_000);

function accept(
  incident: IncidentHandle,
  actor: Actor,
  more: Partial<DecisionRequest & { kind: 'accept' }> = {},
) {
  const request = {
    id: decisionId(),
    kind: 'accept' as const,
    expiresAt: inAMonth,
    note: 'until the vendor comes',
    ...more,
  };
  return incident.workflow.executeUpdate(decide, { args: [{ request, actor }] });
}

async function acceptedByTwo(expiresAt = inAMonth) {
  const made = await waiting();
  await accept(made.incident, ann, { expiresAt });
  await accept(made.incident, ben, { expiresAt });
  await made.incident.until(({ state }) => state === 'risk_accepted');
  return made;
}

async function refusalOf(update: Promise<unknown>): Promise<string | null | undefined> {
  const error: unknown = await update.catch((reason: unknown) => reason);
  if (!(error instanceof WorkflowUpdateFailedError)) throw new Error(`was not refused: ${String(error)}`);
  return (error.cause as { type?: string | null } | undefined)?.type;
}

test('accepted risk takes two people, who are on record with the state and the end', async () => {
  const { site, incident } = await waiting();
  const { latest } = await incident.story();
  const digest = stateDigest(latest, ['ciphers']);
  expect(await accept(incident, ann, { stateDigest: digest })).toMatchObject({
    effect: 'needs_second_approval',
  });
  expect((await incident.story()).state).toBe('waiting_for_person');
  expect(await refusalOf(accept(incident, ann))).toBe('same_person');
  expect(await refusalOf(accept(incident, { ...ben, credential: ann.credential }))).toBe('same_person');
  expect(await refusalOf(accept(incident, person('eve', 'readonly')))).toBe('role_not_allowed');
  expect(await refusalOf(accept(incident, ben, { stateDigest: 'f'.repeat(64) }))).toBe('state_moved');
  expect(await refusalOf(accept(incident, ben, { expiresAt: inMs(400 * 24 * 3_600_000) }))).toBe(
    'time_too_far',
  );
  expect(await accept(incident, ben)).toMatchObject({ effect: 'applied' });
  const story = await incident.until(recorded('risk_accepted', 2));
  expect(story.ticket).toBeUndefined();
  expect(story.acceptedRisk).toMatchObject({ expiresAt: inAMonth, stateDigest: digest });
  const record = site.records.at(-1);
  expect(record?.moment).toBe('risk_accepted');
  expect(record?.story.acceptedRisk?.signers.map(({ actor }) => [actor.name, actor.credential])).toEqual([
    ['ann', ann.credential],
    ['ben', ben.credential],
  ]);
  expect(site.orders).toEqual([]);
});

test('a first signature does not count for a state that moved after it', async () => {
  const { site, incident } = await waiting();
  await accept(incident, ann);
  await harness.report(site, site.observe({ facts: { ...facts, ciphers: ['none'] } }));
  await incident.until(({ observations }) => observations === 2);
  expect(await accept(incident, ben)).toMatchObject({ effect: 'needs_second_approval' });
  expect(await accept(incident, ann)).toMatchObject({ effect: 'applied' });
  await incident.until(({ state }) => state === 'risk_accepted');
});

test('it is watched by every scan: the same state leaves it accepted, whatever else a probe reads', async () => {
  const { site, incident } = await acceptedByTwo();
  const before = await incident.story();
  for (const uptime_days of [8, 9])
    await harness.report(site, site.observe({ facts: { ...facts, uptime_days } }));
  const story = await incident.until(({ observations }) => observations === before.observations + 2);
  expect(story.state).toBe('risk_accepted');
  await incident.until(({ events }) => events.some(({ kind }) => kind === 'notified'));
  expect(site.notifications.map(({ kind }) => kind)).toEqual(['escalated']);
});

test.each<[string, Partial<Observation>]>([
  ['another fact', { facts: { ...facts, ciphers: ['3des-cbc', 'none'] } }],
  ['another status', { facts, status: 'warning' }],
  ['a check that could not be carried out', { facts: {}, status: 'error' }],
])('when the state moves to %s, a person is asked anew and no tier acts by itself', async (_what, moved) => {
  const { site, incident } = await acceptedByTwo();
  await harness.report(site, site.observe(moved));
  const story = await incident.until(recorded('waiting_for_person', 3));
  expect(story.acceptedRisk).toBeUndefined();
  expect(story.ticket?.reason).toContain('The state moved since the risk was accepted');
  expect(site.records.map(({ moment }) => moment)).toEqual(['escalated', 'risk_accepted', 'escalated']);
  // The message goes out beside the record; its delivery is told in the story.
  await incident.until(({ events }) => events.filter(({ kind }) => kind === 'notified').length === 2);
  expect(site.notifications.map(({ kind }) => kind)).toEqual(['escalated', 'escalated']);
  expect(site.orders).toEqual([]);
  expect(await accept(incident, ann)).toMatchObject({ effect: 'needs_second_approval' });
});

test('when its time ends, a person is asked anew', async () => {
  const { site, incident } = await acceptedByTwo(inMs(3_000));
  const story = await incident.until(({ state }) => state === 'waiting_for_person');
  expect(story.ticket?.reason).toContain('The risk was accepted until');
  expect(Date.parse(story.ticket?.openedAt ?? '')).toBeGreaterThan(Date.parse(story.openedAt));
  expect(site.orders).toEqual([]);
});

test('when the check passes, it is over', async () => {
  const { site, incident } = await acceptedByTwo();
  await incident.workflow.signal(driftCleared, site.observe({ status: 'pass' }));
  const story = await incident.until(({ state }) => state === 'closed');
  expect(story).toMatchObject({ resolution: 'cleared' });
  expect(story.acceptedRisk).toBeUndefined();
  expect(story.decisions.map(({ actor }) => actor.name)).toEqual(['ann', 'ben']);
  await incident.workflow.result();
  expect(site.records.at(-1)?.moment).toBe('closed');
});

test('an acceptance that lasts over many scans keeps its history short, and goes on', async () => {
  const { site, incident } = await acceptedByTwo();
  const runOf = async () => (await incident.workflow.describe()).runId;
  const first = await runOf();
  let reports = 0;
  while ((await runOf()) === first) {
    if (reports > 2_000) throw new Error(`still the first run after ${reports} reports`);
    for (let number = 0; number < 10; number++, reports++)
      await harness.report(site, site.observe({ facts }));
  }
  expect((await incident.story()).acceptedRisk?.signers).toHaveLength(2);
  await harness.report(site, site.observe({ facts: { ...facts, ciphers: [] } }));
  const story = await incident.until(({ state }) => state === 'waiting_for_person');
  expect(story.ticket?.reason).toContain('The state moved');
}, 120_000);
