import type { Command } from 'commander';
import { CommandError, exitCodes } from '../command-error.ts';
import { projectDirectory } from '../project.ts';
import { runLanes, type Step } from '../run-steps.ts';
import { failureOf, format, lint, resultLine, types } from '../static-checks.ts';

const jest = 'node_modules/jest/bin/jest.js';
const importRules = 'test/architecture';

/** Two lanes, for two cores: the typed lint alone takes as long as all the rest. */
const lanes: readonly (readonly Step[])[] = [
  [lint],
  [
    format,
    types,
    { name: 'import rules', args: [jest, importRules, '--selectProjects', 'unit', '--silent'] },
    {
      name: 'unit tests',
      args: [
        jest,
        '--testPathIgnorePatterns',
        importRules,
        '\\.real\\.test\\.ts$',
        '/node_modules/',
        '--selectProjects',
        'unit',
      ],
    },
  ],
];

/** `malachor check`: what is checked before a commit, in under a minute. */
export function register(program: Command): void {
  program
    .command('check')
    .description('format, lint, types, import rules, unit tests; under a minute once installed')
    .action(check);
}

async function check(): Promise<void> {
  const results = await runLanes(lanes, projectDirectory, (result) => {
    process.stdout.write(`${resultLine(result)}\n`);
  });
  const failed = results.filter(({ passed }) => !passed);
  for (const result of failed) process.stdout.write(failureOf(result));
  if (failed.length === 0) return;
  const hint = failed.some(({ name }) => name === 'format')
    ? ' `npx prettier --write .` mends the format.'
    : '';
  throw new CommandError(
    `failed: ${failed.map(({ name }) => name).join(', ')}`,
    `Mend what is named above and run \`./malachor check\` again.${hint}`,
    exitCodes.negative,
  );
}
