import { decide } from '../../contracts/incident-messages.ts';
import { FakePractice, isInterrupted, isLost } from '../../test/incident/fake-practice.ts';
import { decisionId, Harness, person, recorded, type IncidentHandle } from '../../test/incident/harness.ts';

/** Incidents of a practice whose appliance is away: nobody polls for work, or what an order came to is not told. */
let harness: Harness;
const absent = new FakePractice();
const broken = new FakePractice();
let absentIncident: IncidentHandle;
let brokenIncident: IncidentHandle;

// Begun together, because each waits half a minute for the next try.
beforeAll(async () => {
  harness = await Harness.start();
  harness.know(absent);
  absent.policy = { ...absent.policy, applianceWaitMs: 700 };
  absentIncident = await harness.report(absent);
  broken.outcomes = [isLost, isInterrupted];
  broken.guard = () => ({ kind: 'granted', idempotent: false });
  await harness.join(broken);
  brokenIncident = await harness.report(broken);
}, 60_000);
afterAll(() => harness.stop());

test('the incident says so, keeps its clocks running, and goes on when the appliance is back', async () => {
  const waiting = await absentIncident.until(({ state }) => state === 'waiting_for_appliance');
  expect(waiting.ticket?.reason).toContain('no appliance');
  expect(absent.settled).toEqual([]);
  await harness.join(absent);
  const story = await absentIncident.until(recorded('watching', 2), 60_000);
  expect(absent.orders).toHaveLength(1);
  expect(story.attempts).toHaveLength(1);
  expect(absent.settled.map(({ result }) => result)).toEqual(['healed']);
}, 90_000);

test('an order whose end it did not tell is handed out again, the same one, before anything else runs', async () => {
  const story = await brokenIncident.until(({ state }) => state === 'waiting_for_person', 60_000);
  expect(broken.orders.map(({ id }) => id)).toEqual([broken.orders[0]?.id, broken.orders[0]?.id]);
  expect(story.attempts).toHaveLength(1);
  expect(story.ticket?.reason).toContain('interrupted');
  expect(broken.settled.map(({ result }) => result)).toEqual(['interrupted']);
}, 90_000);

test('a person’s approval passes over an order that no appliance ever took', async () => {
  const site = harness.know(new FakePractice());
  site.policy = { ...site.policy, applianceWaitMs: 700 };
  const incident = await harness.report(site);
  await incident.until(({ state }) => state === 'waiting_for_appliance');
  const request = { id: decisionId(), kind: 'approve' as const };
  await incident.workflow.executeUpdate(decide, { args: [{ request, actor: person('ann') }] });
  const story = await incident.until(
    ({ state, attempts }) => state === 'waiting_for_appliance' && attempts.length === 2,
  );
  expect(site.settled).toEqual([{ orderId: story.attempts[0]?.orderId, result: 'refused' }]);
});
