import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { exitCodes } from '../command-error.ts';
import { projectDirectory, say } from '../project.ts';
import { countTests, type TestCount } from '../test-report.ts';

interface TestOptions {
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
    .option('--faults', `kill parts at ${longFaults} random moments instead of ${ordinaryFaults}`)
    .option('--mutations <count>', 'damage evidence archives this many times', (text) => {
      if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('give a number from 1 to 9999999');
      return Number(text);
    })
    .action(testAll);
}

async function testAll(options: TestOptions): Promise<void> {
  const env = {
    ...process.env,
    MALACHOR_TEST_FAULTS: String(options.faults ? longFaults : ordinaryFaults),
    ...(options.mutations === undefined ? {} : { MALACHOR_TEST_MUTATIONS: String(options.mutations) }),
  };
  const started = performance.now();
  const unit = await runJest('unit', [], env);
  const real = await runJest('real', ['--runInBand'], env);
  const total = { passed: unit.passed + real.passed, failed: unit.failed + real.failed };
  say(`all of it took ${Math.round((performance.now() - started) / 1_000)} s`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exitCode = total.failed === 0 ? exitCodes.success : exitCodes.negative;
}

/** Runs one Jest project, its own output shown as it comes. */
async function runJest(
  project: 'unit' | 'real',
  args: readonly string[],
  env: NodeJS.ProcessEnv,
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
    const exitCode = await ended(child);
    return countTests(existsSync(report) ? readFileSync(report, 'utf8') : undefined, exitCode);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits for the runner's end. A stop asked for here is passed on, so that it takes down what it started. */
function ended(child: ReturnType<typeof spawn>): Promise<number> {
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      for (const signal of signals) process.off(signal, pass);
      resolve(exitCode ?? 1);
    });
  });
}
