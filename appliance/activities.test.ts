import { MockActivityEnvironment } from '@temporalio/testing';
import type { OrderOutcome } from '../contracts/order.ts';
import { createSiteActivities, type SiteActivityDeps } from './activities.ts';

const envelope = { payloadType: 'x', payload: '', signatures: [] };
const outcome: OrderOutcome = {
  orderId: '00000000-0000-4000-8000-000000000000',
  result: 'completed',
  message: 'ok',
};
const unused = () => Promise.reject(new Error('not expected'));

function activitiesWith(over: Partial<SiteActivityDeps['scanner'] & SiteActivityDeps['executor']>) {
  const { scanHosts = unused, probeCheck = unused, execute = unused } = over;
  const made = createSiteActivities({ site: 'a', scanner: { scanHosts, probeCheck }, executor: { execute } });
  return {
    executeOrder: () => made.executeOrder({ order: envelope }),
    scanHosts: (site: string) => made.scanHosts({ site }),
  };
}

test('heartbeats for as long as an order runs', async () => {
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30 });
  let finish: () => void = () => undefined;
  let beats = 0;
  environment.on('heartbeat', () => {
    beats += 1;
    if (beats === 3) finish();
  });
  const execute = () =>
    new Promise<OrderOutcome>((resolve) => {
      finish = () => {
        resolve(outcome);
      };
    });
  expect(await environment.run(activitiesWith({ execute }).executeOrder)).toBe(outcome);
  expect(beats).toBeGreaterThanOrEqual(3);
});

test('an order goes on to its end though it is cancelled', async () => {
  const environment = new MockActivityEnvironment();
  const execute = () => {
    environment.cancel();
    return Promise.resolve(outcome);
  };
  expect(await environment.run(activitiesWith({ execute }).executeOrder)).toBe(outcome);
});

test('a cancelled reading stops, and what it found is not told', async () => {
  const environment = new MockActivityEnvironment();
  let isStopped = false;
  const scanHosts: SiteActivityDeps['scanner']['scanHosts'] = (_input, signal) => {
    signal?.addEventListener('abort', () => {
      isStopped = true;
    });
    environment.cancel();
    return Promise.resolve({ site: 'a', startedAt: '', finishedAt: '', hosts: [], observations: [] });
  };
  await expect(environment.run(activitiesWith({ scanHosts }).scanHosts, 'a')).rejects.toThrow(/CANCELLED/i);
  expect(isStopped).toBe(true);
});

test('another site is not served', async () => {
  const environment = new MockActivityEnvironment();
  await expect(environment.run(activitiesWith({}).scanHosts, 'b')).rejects.toThrow(/serves site a, not b/);
});
