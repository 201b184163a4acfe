import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readCatalog } from '../../catalog/read-catalog.ts';
import type { CatalogProblem } from '../../contracts/catalog/catalog.ts';
import { groupOf } from '../command-group.ts';
import { CommandError, exitCodes } from '../command-error.ts';

/** What `malachor catalog lint --json` prints. */
export interface LintReport {
  directory: string;
  checks: number;
  runbooks: number;
  rules: number;
  baselines: number;
  problems: readonly CatalogProblem[];
}

/** `malachor catalog lint [dir]`: names file, line and reason of everything that a catalogue leaves out. */
export function register(program: Command): void {
  groupOf(program, 'catalog')
    .command('lint')
    .description('check the files of a catalogue; exit 1 where one has a problem')
    .argument('[dir]', 'directory of the catalogue (default: the one that is shipped)')
    .option('--json', 'print one JSON document')
    .action(async (directory: string | undefined, options: { json?: boolean }) => {
      const { projectDirectory } = await import('../project.ts');
      const report = await runCatalogLint(directory ?? join(projectDirectory, 'catalog'));
      process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describeLint(report));
      if (report.problems.length > 0) process.exitCode = exitCodes.negative;
    });
}

/** Reads the catalogue in `directory`. @throws CommandError where the directory cannot be read */
export async function runCatalogLint(directory: string): Promise<LintReport> {
  const path = resolve(directory);
  try {
    const { checks, runbooks, rules, baselines, problems } = await readCatalog(path);
    const counts = { checks: checks.size, runbooks: runbooks.size, rules: rules.length };
    return { directory: path, ...counts, baselines: baselines.size, problems };
  } catch (cause) {
    throw new CommandError(
      `${path} cannot be read as a catalogue`,
      'Name a directory with checks/, runbooks/, rules/ and baselines/, as `malachor catalog lint catalog`.',
      exitCodes.usage,
      { cause },
    );
  }
}

/** The report for people: a line for each problem, as compilers print them, and a summary. */
export function describeLint(report: LintReport): string {
  const lines = report.problems.map(({ file, line, reason }) => `${file}:${line}: ${reason}`);
  const { checks, runbooks, rules, baselines, problems } = report;
  const usable = `${checks} checks, ${runbooks} runbooks, ${rules} rules, ${baselines} baselines are usable`;
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const verdict =
    problems.length === 0 ? 'no problems' : `${count}; docs/catalog-authors-guide.md explains them`;
  return `${[...lines, `${usable}; ${verdict}`].join('\n')}\n`;
}
