import { supervise } from './supervise.ts';
import type { RunningProcess } from './running-process.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const recordDirectory = mkdtempSync(join(tmpdir(), 'malachor-supervise-'));
afterAll(() => {
  rmSync(recordDirectory, { recursive: true });
});

/** A part that ends when it is told to. */
function part(pid: number): RunningProcess {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = async () => {
    resolve(undefined);
    await promise;
  };
  return { pid, exited: promise, stop: end, kill: end };
}

function supervised(starts: (() => Promise<RunningProcess>)[]) {
  const lines: string[] = [];
  let next = 0;
  const start = () => starts[next++]!();
  return {
    lines,
    process: supervise({
      name: 'part',
      start,
      recordDirectory,
      log: (line) => lines.push(line),
      backoffMs: 1,
    }),
  };
}

test('a part that is killed is started again, and readiness waits for the new life', async () => {
  const { process } = supervised([async () => part(101), async () => part(102)]);
  const running = await process;
  await running.kill('SIGKILL');
  await running.untilReady();

  expect(running.pid).toBe(102);
  expect(running.restarts).toBe(1);
  await running.stop();
});

test('a part whose restart fails is tried again until it comes up, and each failure is told', async () => {
  const { process, lines } = supervised([
    async () => part(101),
    async () => Promise.reject(new Error('no memory')),
    async () => part(103),
  ]);
  const running = await process;
  await running.kill('SIGKILL');
  await running.untilReady();

  expect(running.pid).toBe(103);
  expect(lines.filter((line) => line.includes('no memory'))).toHaveLength(1);
  await running.stop();
});

test('a part that was stopped stays down until it is started', async () => {
  const { process } = supervised([async () => part(101), async () => part(102)]);
  const running = await process;
  await running.stop();
  await running.stop();

  expect(running.pid).toBeUndefined();
  await expect(running.untilReady()).rejects.toThrow('part was stopped');
  await running.start();
  expect(running.pid).toBe(102);
  await running.stop();
});

test('stopping while a restart is under way leaves nothing running', async () => {
  const slow = Promise.withResolvers<RunningProcess>();
  const second = part(102);
  const began = Promise.withResolvers<undefined>();
  const { process } = supervised([
    async () => part(101),
    async () => {
      began.resolve(undefined);
      return slow.promise;
    },
  ]);
  const running = await process;
  await running.kill('SIGKILL');
  await began.promise;
  const stopped = running.stop();
  slow.resolve(second);
  await stopped;

  await second.exited;
  expect(running.pid).toBeUndefined();
});

test('a first start that fails is the caller’s to handle', async () => {
  const { process } = supervised([async () => Promise.reject(new Error('port in use'))]);
  await expect(process).rejects.toThrow('port in use');
});
