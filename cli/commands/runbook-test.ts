import { join, resolve } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Command } from 'commander';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { DrillResult } from '../../drills/run-drill.ts';
import { type PlannedDrill, runDrills } from '../../drills/run-drills.ts';
import type { Lab } from '../../stack/lab/lab.ts';
import { startNspawnLab } from '../../stack/lab/nspawn-lab.ts';
import { groupOf } from '../command-group.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { defaultCacheDirectory, projectDirectory, say } from '../project.ts';
import { stopSignal } from '../stop-signal.ts';

interface RunbookTestOptions {
  all?: boolean;
  drill?: string;
  catalog: string;
  json?: boolean;
}

/** `malachor runbook test`: proves on real hosts that runbooks heal and take back. */
export function register(program: Command): void {
  groupOf(program, 'runbook')
    .command('test')
    .description('prove on real lab hosts that runbooks find, heal and take back; exit 1 where one does not')
    .argument('[ids...]', 'runbooks, as RB-LIN-SSH-001')
    .option('--all', 'every runbook that is shipped')
    .option('--drill <text>', 'only the drills whose name has this text')
    .option(
      '--catalog <dir>',
      'another catalogue than the one that is shipped',
      join(projectDirectory, 'catalog'),
    )
    .option('--json', 'print one JSON document')
    .action(runbookTest);
}

async function runbookTest(ids: string[], options: RunbookTestOptions): Promise<void> {
  const catalog = await readCatalog(resolve(options.catalog));
  const planned = planDrills(catalog, ids, options);
  const results = await withLab((lab) =>
    runDrills(lab, catalog, planned, (result) => {
      say(describeResult(result));
    }),
  );
  const failed = results.filter(({ passed }) => !passed).length;
  if (options.json) process.stdout.write(`${JSON.stringify({ drills: results })}\n`);
  else process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? exitCodes.success : exitCodes.negative;
}

/** The drills that are asked for. @throws CommandError where there are none */
export function planDrills(
  catalog: Catalog,
  ids: readonly string[],
  options: Pick<RunbookTestOptions, 'all' | 'drill'>,
): PlannedDrill[] {
  if (ids.length === 0 && !options.all)
    throw new CommandError(
      'no runbook is named',
      'Name one, as `malachor runbook test RB-LIN-SSH-001`, or give --all.',
      exitCodes.usage,
    );
  const wanted = options.all ? [...catalog.runbooks.keys()] : ids;
  const planned = wanted.flatMap((id) => {
    const runbook = catalog.runbooks.get(id);
    if (!runbook)
      throw new CommandError(
        `the catalogue has no usable runbook ${id}`,
        'See `malachor catalog lint` for files that are left out.',
        exitCodes.usage,
      );
    const drills = catalog.drills.get(id) ?? [];
    if (drills.length === 0)
      throw new CommandError(
        `${id} has no drills, so nothing would prove it`,
        `Write catalog/drills/linux/${id}.yaml.`,
        exitCodes.negative,
      );
    return drills
      .filter(({ what }) => options.drill === undefined || what.includes(options.drill))
      .map((drill) => ({ runbook, drill }));
  });
  if (planned.length === 0)
    throw new CommandError(
      `no drill has «${options.drill ?? ''}» in its name`,
      'Leave out --drill to run them all.',
      exitCodes.usage,
    );
  return planned;
}

async function withLab<T>(use: (lab: Lab) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new CommandError('drills need lab hosts', 'Run it as root on Linux.', exitCodes.unavailable);
  const dataDirectory = mkdtempSync(join(tmpdir(), 'malachor-drills-'));
  try {
    const lab = await startNspawnLab({
      count: 0,
      dataDirectory,
      cacheDirectory: defaultCacheDirectory(),
      recipeDirectory: join(projectDirectory, 'stack/lab'),
      log: say,
    });
    try {
      const stopped = stopSignal().then((signal) => {
        throw new CommandError(`stopped by ${signal}`, 'Run it again.', exitCodes.negative);
      });
      return await Promise.race([use(lab), stopped]);
    } finally {
      await lab.stop();
    }
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

function describeResult(result: DrillResult): string {
  const { passed, runbook, what, ends, tookMs, failure } = result;
  const time = `${(tookMs / 1_000).toFixed(1)} s`;
  if (passed) return `ok    ${runbook}  ${what} (${ends}, ${time})`;
  return `FAIL  ${runbook}  ${what} (${time})\n      ${(failure ?? '').replaceAll('\n', '\n      ')}`;
}
