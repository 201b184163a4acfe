import { guardFreed } from '../../contracts/incident-messages.ts';
import { FakePractice } from '../../test/incident/fake-practice.ts';
import { Harness } from '../../test/incident/harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
}, 60_000);
afterAll(() => harness.stop());

const anHourMs = 3_600_000;

test('the end of another run on the host wakes a run that waits for it, long before it would ask again', async () => {
  const site = await harness.join(new FakePractice());
  site.guard = () => ({
    kind: 'wait',
    retryAt: new Date(Date.now() + anHourMs).toISOString(),
    reason: 'another runs on srv-1',
    forHost: true,
  });
  const incident = await harness.report(site);
  const waiting = await incident.until(({ state }) => state === 'waiting_for_guard');
  expect(waiting.waitsFor).toBe('RB-LIN-SSH-001');
  site.guard = () => ({ kind: 'granted' });
  await incident.workflow.signal(guardFreed);
  const story = await incident.until(({ state }) => state === 'watching');
  expect(story).toMatchObject({ resolution: 'healed' });
  expect(story.waitsFor).toBeUndefined();
  expect(story.events.filter(({ kind }) => kind === 'guard_waits')).toHaveLength(1);
});

test('a run that is woken in vain waits on', async () => {
  const site = await harness.join(new FakePractice());
  let asked = 0;
  site.guard = () => {
    asked += 1;
    const retryAt = new Date(Date.now() + anHourMs).toISOString();
    return { kind: 'wait', retryAt, reason: 'another runs on srv-1', forHost: true };
  };
  const incident = await harness.report(site);
  await incident.until(({ state }) => state === 'waiting_for_guard');
  await incident.workflow.signal(guardFreed);
  await incident.until(() => asked === 2);
  const story = await incident.until(({ state }) => state === 'waiting_for_guard');
  expect(story.waitsFor).toBe('RB-LIN-SSH-001');
  expect(site.orders).toEqual([]);
});

test('what the appliance saw right after the order is the verification', async () => {
  const site = await harness.join(new FakePractice());
  site.looksAfterOrders = true;
  const incident = await harness.report(site);
  const story = await incident.until(({ state }) => state === 'watching');
  expect(story.attempts[0]).toMatchObject({ verification: { status: 'pass', source: 'verify' } });
  expect(story.attempts[0]?.outcome).not.toHaveProperty('verification');
  expect(site.probes).toEqual([]);
});

test('where the appliance saw that the drift is still there, it is not healed', async () => {
  const site = await harness.join(new FakePractice());
  site.looksAfterOrders = true;
  site.outcomes = [
    (order) => ({ orderId: order.id, result: 'completed', message: 'The script ran and mended nothing.' }),
  ];
  const incident = await harness.report(site);
  const story = await incident.until(({ state }) => state === 'waiting_for_person');
  expect(story.attempts[0]?.verification?.status).toBe('fail');
  expect(site.orders.map(({ action }) => action)).toEqual(['execute', 'rollback']);
});
