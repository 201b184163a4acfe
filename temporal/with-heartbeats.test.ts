import { withHeartbeats } from './with-heartbeats.ts';

test('an activity heartbeats while it runs and no longer, and its result is its own', async () => {
  jest.useFakeTimers();
  const heartbeat = jest.fn();
  let finish: (result: number) => void = () => undefined;
  const activities = {
    wait: ({ times }: { times: number }) =>
      new Promise<number>((resolve) => {
        finish = (result) => {
          resolve(result * times);
        };
      }),
  };
  const running = withHeartbeats(activities, () => ({ heartbeat }), 100).wait({ times: 2 });
  jest.advanceTimersByTime(350);
  expect(heartbeat).toHaveBeenCalledTimes(3);
  finish(21);
  expect(await running).toBe(42);
  jest.advanceTimersByTime(1_000);
  expect(heartbeat).toHaveBeenCalledTimes(3);
  jest.useRealTimers();
});

test('an activity that fails heartbeats no longer', async () => {
  jest.useFakeTimers();
  const heartbeat = jest.fn();
  const failing = { fail: () => Promise.reject(new Error('no calendar')) };
  await expect(withHeartbeats(failing, () => ({ heartbeat }), 100).fail()).rejects.toThrow('no calendar');
  jest.advanceTimersByTime(1_000);
  expect(heartbeat).not.toHaveBeenCalled();
  jest.useRealTimers();
});
