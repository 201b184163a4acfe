import type { Command } from 'commander';
import { exitCodes } from '../command-error.ts';
import { diagnose, type Finding } from '../diagnose.ts';
import { defaultCacheDirectory, defaultDataDirectory, projectDirectory } from '../project.ts';

/** `malachor doctor`: what this machine has and lacks. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('what is there, what is missing, how to get it')
    .option('--json', 'print one JSON document')
    .action(doctor);
}

async function doctor(options: { json?: boolean }): Promise<void> {
  const findings = await diagnose({
    projectDirectory,
    cacheDirectory: defaultCacheDirectory(),
    dataDirectory: defaultDataDirectory(),
    env: process.env,
  });
  const isFit = findings.every(({ state, essential }) => state !== 'missing' || !essential);
  if (options.json) process.stdout.write(`${JSON.stringify({ fit: isFit, findings })}\n`);
  else process.stdout.write(`${findings.map(lineOf).join('\n')}\n`);
  process.exitCode = isFit ? exitCodes.success : exitCodes.negative;
}

const marks = { present: 'ok     ', obtainable: 'later  ', missing: 'MISSING' } as const;

function lineOf({ name, state, detail, remedy }: Finding): string {
  return `${marks[state]}  ${name.padEnd(14)}  ${detail}${remedy === undefined ? '' : `\n${' '.repeat(25)}→ ${remedy}`}`;
}
