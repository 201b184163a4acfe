import { Argument, type Command } from 'commander';
import { createBenchContext, type BenchContext } from '../../bench/bench-context.ts';
import { holds, type BenchResult } from '../../bench/result.ts';
import { exitCodes } from '../command-error.ts';
import { say } from '../project.ts';
import { stopSignal } from '../stop-signal.ts';

interface Bench {
  run(context: BenchContext): Promise<BenchResult>;
}

/** Every claim of performance, each a file of `bench/`. */
const benches: Record<string, () => Promise<Bench>> = {
  incidents: () => import('../../bench/incidents.ts'),
  'heal-latency': () => import('../../bench/heal-latency.ts'),
  'worker-memory': () => import('../../bench/worker-memory.ts'),
  sign: () => import('../../bench/sign.ts'),
  phi: () => import('../../bench/phi.ts'),
  'scan-vs-ansible': () => import('../../bench/scan-vs-ansible.ts'),
  'heal-vs-ansible': () => import('../../bench/heal-vs-ansible.ts'),
  'scan-cost': () => import('../../bench/scan-cost.ts'),
  'scan-scale': () => import('../../bench/scan-scale.ts'),
  'ledger-append': () => import('../../bench/ledger-append.ts'),
  'ledger-verify': () => import('../../bench/ledger-verify.ts'),
  'verify-growth': () => import('../../bench/verify-growth.ts'),
  'anchor-cost': () => import('../../bench/anchor-cost.ts'),
  archive: () => import('../../bench/archive.ts'),
};

/** `malachor bench`: one claim as a ratio against its rival, both measured in the same run. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('measure one claim as a ratio; exit 1 where its floor does not hold')
    .addArgument(new Argument('<name>', 'the claim').choices([...Object.keys(benches), 'all']))
    .option('--json', 'print one JSON document a claim, the last line')
    .action(bench);
}

async function bench(name: string, { json }: { json?: boolean }): Promise<void> {
  const names = name === 'all' ? Object.keys(benches) : [name];
  let allHold = true;
  for (const each of names) {
    const result = await measure(each);
    allHold &&= holds(result);
    process.stdout.write(json ? `${toJson(result)}\n` : describe(result));
  }
  process.exitCode = allHold ? exitCodes.success : exitCodes.negative;
}

async function measure(name: string): Promise<BenchResult> {
  const load = benches[name];
  if (!load) throw new Error(`there is no bench ${name}`);
  const { cleanUp, ...context } = createBenchContext(say);
  try {
    const stopped = stopSignal().then((signal) => {
      throw new Error(`stopped by ${signal}`);
    });
    return await Promise.race([(await load()).run(context), stopped]);
  } finally {
    await cleanUp();
  }
}

function toJson(result: BenchResult): string {
  const { name, ratio, floor, ours, reference, unit, figures } = result;
  return JSON.stringify({
    name,
    ratio,
    floor,
    ours,
    reference,
    unit,
    holds: holds(result),
    ...(figures && { figures }),
  });
}

function describe(result: BenchResult): string {
  const { name, ratio, floor, higherIsBetter, ours, reference, unit } = result;
  const bound = `${higherIsBetter ? 'at least' : 'at most'} ${String(floor)}`;
  const verdict = holds(result) ? 'holds' : 'DOES NOT HOLD';
  return `${name}: ${ratio.toFixed(2)} (${bound}: ${verdict}); ours ${ours.toPrecision(4)}, reference ${reference.toPrecision(4)} ${unit}\n`;
}
