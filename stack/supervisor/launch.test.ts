import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from './launch.ts';
import { identifyProcess, isRunning } from './process-identity.ts';
import { endRecordedProcesses, recordProcess } from './process-records.ts';

const directory = mkdtempSync(join(tmpdir(), 'malachor-launch-test-'));
const logFile = join(directory, 'part.log');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function launchScript(script: string) {
  const env = { PATH: process.env['PATH'] };
  const program = { name: 'part', command: '/bin/sh', args: ['-c', script], env, cwd: directory, logFile };
  return launch({ ...program, ready: 'ready-line' });
}

test('a program serves when it prints its ready line, and its children end with it', async () => {
  const running = await launchScript(
    'sleep 600 & echo $! >child; echo "not yet"; echo \'{"ready":true}\'; wait',
  );
  const child = identifyProcess(Number(readFileSync(join(directory, 'child'), 'utf8')))!;
  expect(isRunning(child)).toBe(true);
  await running.stop();
  await running.stop();

  expect(isRunning(child)).toBe(false);
});

test('a program that ends before it serves is told with its last words', async () => {
  await expect(launchScript('echo "no such database" >&2; exit 4')).rejects.toMatchObject({
    code: 'process_ended',
    message: expect.stringMatching(/exit status 4[^]*no such database/) as string,
  });
});

test('what a killed run left is ended, and a stranger with the same number is not', async () => {
  const records = join(directory, 'run');
  const left = await launchScript('echo \'{"ready":true}\'; exec sleep 600');
  recordProcess(records, 'left', left.pid);
  await endRecordedProcesses(records, () => undefined);
  await left.exited;

  const stranger = await launchScript('echo \'{"ready":true}\'; exec sleep 600');
  const identity = { pid: stranger.pid, startTime: 'another time' };
  expect(isRunning(identity)).toBe(false);
  await stranger.stop();
});
