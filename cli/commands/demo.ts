import { Option, type Command } from 'commander';
import { crash, dryRun, flap } from '../demo/acts.ts';
import { healAll } from '../demo/heal-all.ts';
import { proveEvidence } from '../demo/prove-evidence.ts';
import { describeReport, drillOf, shortcomings, type DemoReport } from '../demo/report.ts';
import { setScene, type Scene } from '../demo/scene.ts';
import { exitCodes } from '../command-error.ts';
import { say } from '../project.ts';
import type { LabSetting } from '../../stack/stack.ts';
import { labFrom } from '../stack-options.ts';

interface DemoOptions {
  host?: string[];
  identity?: string;
  json?: boolean;
}

/** `malachor demo`: breaks real hosts and shows what becomes of it. */
export function register(parent: Command): void {
  parent
    .command('demo')
    .description('set up, break real hosts, watch them heal, verify the evidence')
    .addOption(
      new Option('--host <user@name>', 'break this host instead of lab hosts (repeatable)').argParser(
        (text: string, former: string[] | undefined) => [...(former ?? []), text],
      ),
    )
    .option('--identity <key>', 'private SSH key for --host')
    .option('--json', 'print one JSON document as the last line')
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  const startedAtMs = Date.now();
  const interrupted = new AbortController();
  const onSignal = () => {
    say('stopping');
    interrupted.abort(new Error('stopped by a signal'));
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const scene = await setScene(withOwnKernel(labFrom(options, 4)), interrupted.signal);
  const aborted = new Promise<never>((_, reject) => {
    interrupted.signal.addEventListener('abort', () => {
      reject(interrupted.signal.reason as Error);
    });
  });
  let report: DemoReport;
  try {
    report = await Promise.race([play(scene, startedAtMs), aborted]);
  } finally {
    await scene.stop();
  }
  const problems = shortcomings(report);
  process.stdout.write(describeReport(report));
  for (const problem of problems) say(`malachor: ${problem}`);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = problems.length === 0 ? exitCodes.success : exitCodes.negative;
}

/** Some runbooks can only be shown on a host with a kernel of its own, which only root on Linux can boot here. */
function withOwnKernel(lab: LabSetting): LabSetting {
  const canBoot = lab.kind === 'booted' && process.platform === 'linux' && process.getuid?.() === 0;
  return canBoot ? { ...lab, ownKernels: 1 } : lab;
}

async function play(scene: Scene, startedAtMs: number): Promise<DemoReport> {
  say(`Temporal Web: ${scene.stack.addresses.temporalWeb ?? 'not ours'}`);
  const { settled, skipped } = await healAll(scene);
  const flapping = await flap(scene);
  const crashed = await crash(scene);
  const dry = await dryRun(scene);
  const evidence = await proveEvidence(scene);
  const received = [...scene.receiver.received.values()];
  return {
    drifts: settled.map(drillOf),
    skipped,
    flapping,
    crash: crashed,
    dryRun: dry,
    notifications: {
      delivered: received.length,
      signaturesValid: received.every(({ isGenuine }) => isGenuine),
    },
    evidence,
    planner: scene.planner,
    seconds: Math.round((Date.now() - startedAtMs) / 1_000),
  };
}
