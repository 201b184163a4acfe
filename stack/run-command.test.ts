import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command.ts';
import { identifyProcess, isRunning } from './supervisor/process-identity.ts';

test('input, output and exit status go through, tethered or not', async () => {
  expect(await runCommand('cat', [], { input: 'hello' })).toEqual({
    exitCode: 0,
    stdout: 'hello',
    stderr: '',
  });
  const script = ['-c', 'echo out; echo err >&2; exit 3'];
  const expected = { exitCode: 3, stdout: 'out\n', stderr: 'err\n' };
  expect(await runCommand('/bin/sh', script, { allowFailure: true })).toEqual(expected);
  expect(await runCommand('/bin/sh', script, { allowFailure: true, tethered: true })).toEqual(expected);
});

test('a failure says which command, how it ended and what it said last', async () => {
  await expect(runCommand('/bin/sh', ['-c', 'echo no such disk >&2; exit 4'])).rejects.toMatchObject({
    code: 'command_failed',
    message: expect.stringMatching(/\/bin\/sh.*exit status 4: no such disk/) as string,
  });
});

test('a command that is not there is missing, not failed', async () => {
  await expect(runCommand('no-such-command-here', [])).rejects.toMatchObject({ code: 'command_missing' });
});

test('a command that takes too long is cut, with what it started when it is tethered', async () => {
  const started = performance.now();
  const sleeping = ['-c', 'sleep 600 & wait'];
  await expect(runCommand('sleep', ['600'], { timeoutMs: 50 })).rejects.toThrow('ended by SIGKILL');
  await expect(runCommand('/bin/sh', sleeping, { timeoutMs: 50, tethered: true })).rejects.toThrow(
    'ended by SIGTERM',
  );
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('a tethered command ends when the process that started it is killed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'malachor-tether-test-'));
  const note = join(directory, 'pid');
  const module = JSON.stringify(join(process.cwd(), 'stack/run-command.ts'));
  const program = `import { runCommand } from ${module};
    await runCommand('/bin/sh', ['-c', 'echo $$ >${note}; sleep 600; true'], { tethered: true });`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  let pid = Number.NaN;
  while (!(pid > 0)) {
    await sleep(10);
    try {
      pid = Number(readFileSync(note, 'utf8'));
    } catch {
      // It has not come to that yet.
    }
  }
  const command = identifyProcess(pid)!;
  const ended = once(starter, 'exit');
  starter.kill('SIGKILL');
  await ended;
  while (isRunning(command)) await sleep(10);
  rmSync(directory, { recursive: true });
  expect(isRunning(command)).toBe(false);
});
