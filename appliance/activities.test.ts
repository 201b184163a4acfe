import type { Observation } from '../contracts/observation.ts';
import type { OrderOutcome } from '../contracts/order.ts';
import { type ActivityCall, createSiteActivities, type SiteActivityDeps } from './activities.ts';

const envelope = { payloadType: 'x', payload: '', signatures: [] };
const outcome: OrderOutcome = {
  orderId: '00000000-0000-4000-8000-000000000000',
  result: 'completed',
  message: 'ok',
};
const unused = () => Promise.reject(new Error('not expected'));

/** A call by Temporal that counts heartbeats and can be cancelled. */
class FakeCall implements ActivityCall {
  readonly info = { heartbeatTimeoutMs: 30, attempt: 2 };
  readonly #cancellation = new AbortController();
  onHeartbeat: (count: number) => void = () => undefined;
  #beats = 0;

  get cancellationSignal(): AbortSignal {
    return this.#cancellation.signal;
  }

  heartbeat(): void {
    this.#beats += 1;
    this.onHeartbeat(this.#beats);
  }

  cancel(): void {
    this.#cancellation.abort(new Error('CANCELLED'));
  }
}

function activitiesOf(
  call: FakeCall,
  over: Partial<
    SiteActivityDeps['scanner'] &
      SiteActivityDeps['executor'] &
      SiteActivityDeps['recorder'] &
      SiteActivityDeps['witness']
  >,
) {
  const { scanHosts = unused, probeCheck = unused, execute = unused } = over;
  const { recordScan = unused, handOver = () => ({ records: [] }), cosign = unused } = over;
  const deps = {
    site: 'a',
    scanner: { scanHosts, probeCheck, hostIds: ['srv-1'] },
    executor: { execute },
    recorder: { recordScan, handOver },
    witness: { cosign },
  };
  return createSiteActivities(deps, () => call);
}

test('heartbeats for as long as an order runs', async () => {
  const call = new FakeCall();
  const execute = () =>
    new Promise<OrderOutcome>((resolve) => {
      call.onHeartbeat = (count) => {
        if (count === 4) resolve(outcome);
      };
    });
  expect(await activitiesOf(call, { execute }).executeOrder({ order: envelope })).toBe(outcome);
});

test('the check is looked at right after an order that completed, and after no other', async () => {
  const verify = { site: 'a', host: 'srv-1', check: 'linux.ssh.root_login' };
  const seen = { status: 'pass' } as Observation;
  const looks: unknown[] = [];
  const probeCheck: SiteActivityDeps['scanner']['probeCheck'] = (input) => {
    looks.push(input);
    return Promise.resolve(seen);
  };
  const after = (result: OrderOutcome['result']) => {
    const execute = () => Promise.resolve({ ...outcome, result });
    return activitiesOf(new FakeCall(), { execute, probeCheck }).executeOrder({ order: envelope, verify });
  };
  expect(await after('completed')).toEqual({ ...outcome, verification: seen });
  expect(await after('failed')).toEqual({ ...outcome, result: 'failed' });
  expect(looks).toEqual([verify]);
});

test("an order that is to be verified at another site's host does not run", async () => {
  const verify = { site: 'b', host: 'srv-1', check: 'linux.ssh.root_login' };
  await expect(
    activitiesOf(new FakeCall(), {}).executeOrder({ order: envelope, verify }),
  ).rejects.toMatchObject({ type: 'wrong_site' });
});

test('an order goes on to its end though it is cancelled', async () => {
  const call = new FakeCall();
  const execute = () => {
    call.cancel();
    return Promise.resolve(outcome);
  };
  expect(await activitiesOf(call, { execute }).executeOrder({ order: envelope })).toBe(outcome);
});

test('a cancelled reading stops, and what it found is not told', async () => {
  const call = new FakeCall();
  let isStopped = false;
  const scanHosts: SiteActivityDeps['scanner']['scanHosts'] = (_input, signal) => {
    signal?.addEventListener('abort', () => {
      isStopped = true;
    });
    call.cancel();
    return Promise.resolve({ site: 'a', startedAt: '', finishedAt: '', hosts: [], observations: [] });
  };
  await expect(activitiesOf(call, { scanHosts }).scanHosts({ site: 'a' })).rejects.toThrow('CANCELLED');
  expect(isStopped).toBe(true);
});

test('another site is not served, and is not tried again', async () => {
  await expect(activitiesOf(new FakeCall(), {}).scanHosts({ site: 'b' })).rejects.toMatchObject({
    message: expect.stringContaining('serves site a, not b') as string,
    nonRetryable: true,
  });
});
