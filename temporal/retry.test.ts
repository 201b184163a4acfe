import { pauseMs, retry } from './retry.ts';

/** A clock that moves only when somebody sleeps. */
function fakeClock() {
  let time = 0;
  const pauses: number[] = [];
  return {
    pauses,
    now: () => time,
    sleep: async (ms: number) => {
      pauses.push(ms);
      time += ms;
    },
  };
}

it('doubles its pauses up to five seconds', () => {
  expect([1, 2, 3, 6, 7, 1_000].map(pauseMs)).toEqual([100, 200, 400, 3_200, 5_000, 5_000]);
});

it('tries until it succeeds and reports each failure', async () => {
  const clock = fakeClock();
  const failures: number[] = [];
  let calls = 0;
  const result = await retry(
    async () => {
      calls += 1;
      if (calls < 4) throw new Error('away');
      return 'up';
    },
    { ...clock, onFailure: ({ attempt }) => failures.push(attempt) },
  );
  expect(result).toBe('up');
  expect(failures).toEqual([1, 2, 3]);
  expect(clock.pauses).toEqual([100, 200, 400]);
});

it('throws the last error when its time is up', async () => {
  const clock = fakeClock();
  let calls = 0;
  const attempt = retry(
    async () => {
      calls += 1;
      throw new Error(`away ${calls}`);
    },
    { ...clock, giveUpAfterMs: 1_000 },
  );
  await expect(attempt).rejects.toThrow('away 4');
  expect(clock.now()).toBeLessThanOrEqual(1_000);
});

it('stops waiting when it is aborted', async () => {
  const controller = new AbortController();
  const attempt = retry(() => Promise.reject(new Error('away')), {
    signal: controller.signal,
    onFailure: () => {
      controller.abort(new Error('stopping'));
    },
    sleep: async () => undefined,
  });
  await expect(attempt).rejects.toThrow('stopping');
});
