import { join } from 'node:path';
import { readCatalog } from '../catalog/read-catalog.ts';
import { projectDirectory } from '../cli/project.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { defaultValues } from '../domain/catalog/parameters.ts';
import { exports } from '../appliance/transports/compose-script.ts';
import { parameterEnvironment } from '../domain/catalog/parameter-environment.ts';
import type { BenchContext } from './bench-context.ts';
import { hostCpuMs } from './parts/host-cpu.ts';
import { openScanner } from './parts/open-scanner.ts';
import { openShell } from './parts/open-shell.ts';
import { startBenchLab } from './parts/start-bench-lab.ts';
import { median, type BenchResult } from './result.ts';

const rounds = 7;

/**
 * Processor time on the host for one scan of the whole server baseline, over the same commands in one shell script that
 * somebody runs through an SSH connection that is open already. Framing, limits, watchdogs and judging are what ours adds.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const lab = await startBenchLab(context, 1);
  const host = lab.hosts[0];
  if (!host) throw new Error('the lab has no host');
  const catalog = await readCatalog(join(projectDirectory, 'catalog'));
  const checks = checksOf(catalog);
  const scanner = await openScanner(context, lab.hosts);
  const shell = await openShell(host);
  context.keep(() => {
    shell.close();
  });
  const script = oneScript(catalog, checks);
  const spend = async (work: () => Promise<unknown>) => {
    const before = hostCpuMs(host);
    await work();
    return hostCpuMs(host) - before;
  };
  const ours = () => spend(() => scanner.scan(checks));
  const reference = () => spend(() => shell.run(script));

  say(`${checks.length} checks`);
  const { observations } = await scanner.scan(checks);
  const errors = observations.filter(({ status }) => status === 'error');
  if (errors.length > 0) throw new Error(`${errors[0]?.check ?? ''}: ${errors[0]?.message ?? ''}`);
  await reference();
  const oursMs: number[] = [];
  const referenceMs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    oursMs.push(await ours());
    referenceMs.push(await reference());
  }
  say(`${rounds} rounds in turn`);
  return {
    name: 'scan-cost',
    ratio: median(oursMs) / median(referenceMs),
    floor: 1.5,
    higherIsBetter: false,
    ours: median(oursMs),
    reference: median(referenceMs),
    unit: 'ms of processor time on the host',
  };
}

/** The baseline's checks that are read on the host. */
function checksOf(catalog: Catalog): string[] {
  const baseline = catalog.baselines.get('linux-server')?.checks ?? [];
  return baseline.filter((id) => catalog.checks.get(id)?.probe.kind === 'script');
}

/** Each different reading once, as one script for root; a reading that ends its shell ends its own subshell. */
function oneScript(catalog: Catalog, checks: readonly string[]): string {
  const readings = new Set<string>();
  for (const id of checks) {
    const check = catalog.checks.get(id);
    if (check?.probe.kind !== 'script') continue;
    const { script } = check.probe;
    const values = exports(parameterEnvironment(defaultValues(check)));
    readings.add(`(\n${values}\n${script}\n)`);
  }
  const path = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL';
  return `${path}\n${[...readings].join(' </dev/null\n')} </dev/null\nexit 0\n`;
}
