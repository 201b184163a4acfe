import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { CommandError, exitCodes } from '../command-error.ts';
import { projectDirectory, say } from '../project.ts';
import { stopSignal } from '../stop-signal.ts';
import { runLanes } from '../run-steps.ts';
import { failureOf, format, lint, resultLine, types } from '../static-checks.ts';
import { countTests, type TestCount } from '../test-report.ts';

interface TestOptions {
  allDrills?: boolean;
  faults?: boolean;
  mutations?: number;
}

/** Kills and mutations of the ordinary and of the long run. */
const ordinaryFaults = 10;
const longFaults = 100;

/** `malachor test`: every test there is, on real parts. */
export function register(program: Command): void {
  program
    .command('test')
    .description('run every test, on real Postgres, Temporal and hosts')
    .option(
      '--all-drills',
      'play every drill of every runbook instead of one of each (about 20 minutes more)',
    )
    .option('--faults', `kill parts at ${longFaults} seeded moments instead of ${ordinaryFaults}`)
    .option('--mutations <count>', 'damage evidence archives this many times instead of 2000', (text) => {
      if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('give a number from 1 to 9999999');
      return Number(text);
    })
    .action(testAll);
}

async function testAll(options: TestOptions): Promise<void> {
  const env = {
    ...process.env,
    // Set by hand, the number stands, so that a long run can be repeated with fewer kills or lengthened.
    MALACHOR_FAULT_KILLS:
      process.env['MALACHOR_FAULT_KILLS'] ?? String(options.faults ? longFaults : ordinaryFaults),
    ...(options.allDrills ? { MALACHOR_TEST_DRILLS: 'all' } : {}),
    ...(options.mutations === undefined ? {} : { MALACHOR_TEST_MUTATIONS: String(options.mutations) }),
  };
  const started = performance.now();
  const stopping = new AbortController();
  void stopSignal().then(() => {
    stopping.abort();
  });
  const checks = await runStaticChecks();
  const unit = await runJest('unit', [], env, stopping.signal);
  const real = stopping.signal.aborted
    ? { passed: 0, failed: 0 }
    : await runJest('real', ['--runInBand'], env, stopping.signal);
  if (stopping.signal.aborted)
    throw new CommandError(
      'stopped before all tests were run',
      'Run ./malachor test again.',
      exitCodes.negative,
    );
  const counts = [checks, unit, real];
  const total = {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
  say(`all of it took ${Math.round((performance.now() - started) / 1_000)} s`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exitCode = total.failed === 0 ? exitCodes.success : exitCodes.negative;
}

/** Format, lint and types, each of which counts as one test. */
async function runStaticChecks(): Promise<TestCount> {
  const results = await runLanes([[lint], [format, types]], projectDirectory, (result) => {
    say(resultLine(result));
  });
  const failed = results.filter(({ passed }) => !passed);
  for (const result of failed) say(failureOf(result));
  return { passed: results.length - failed.length, failed: failed.length };
}

/** Runs one Jest project, its own output shown as it comes. */
async function runJest(
  project: 'unit' | 'real',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<TestCount> {
  const directory = mkdtempSync(join(tmpdir(), 'malachor-test-report-'));
  const report = join(directory, 'report.json');
  const reporting = ['--json', '--outputFile', report, '--ci'];
  const command = ['node_modules/jest/bin/jest.js', ...args, ...reporting, '--selectProjects', project];
  try {
    // Its standard output would be the report once more; what is for people comes on standard error.
    const child = spawn(process.execPath, command, {
      cwd: projectDirectory,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exitCode = await endedSoonAfter(child, report, stop);
    return countTests(existsSync(report) ? readFileSync(report, 'utf8') : undefined, exitCode);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** How long the runner may go on once it has reported. */
const lingerMs = 60_000;

/**
 * Waits for the runner's end. A stop is passed on to it; its companion takes down what it started. A test that
 * left something running would keep the runner from ending for good: it is killed then, and the run has failed.
 */
function endedSoonAfter(child: ReturnType<typeof spawn>, report: string, stop: AbortSignal): Promise<number> {
  let reportedAt: number | undefined;
  const watch = setInterval(() => {
    if (!existsSync(report)) return;
    reportedAt ??= performance.now();
    if (performance.now() - reportedAt < lingerMs) return;
    say('a test left something running: ending the test runner, which counts as a failure');
    child.kill('SIGKILL');
  }, 1_000);
  const pass = () => child.kill('SIGTERM');
  stop.addEventListener('abort', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      clearInterval(watch);
      stop.removeEventListener('abort', pass);
      resolve(exitCode ?? 1);
    });
  });
}
