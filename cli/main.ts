import { Command, CommanderError } from 'commander';
import { addCommands } from './command-list.ts';
import { exitCodes } from './command-error.ts';

/** The program `malachor`. */
async function main(args: readonly string[]): Promise<number> {
  const program = new Command('malachor')
    .description(
      'HIPAA compliance by enforcement: finds drift, heals it, asks where it must, leaves evidence.',
    )
    .exitOverride()
    .showHelpAfterError('(malachor --help lists the commands)')
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 the answer is no (a failed test, damage found, a floor not held); 2 called wrongly;
3 something needed is missing, in use or did not start; 70 a fault of Malachor itself.`,
    );
  try {
    await addCommands(program, args);
    await program.parseAsync(args, { from: 'user' });
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.success;
  } catch (error) {
    // Commander has printed what was wrong with the arguments, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
    const { reportError, writeErrorDetails } = await import('./report-error.ts');
    const { lines, exitCode } = reportError(error, writeErrorDetails);
    for (const line of lines) process.stderr.write(`malachor: ${line}\n`);
    return exitCode;
  }
}

// A reader that has seen enough, as head(1), is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2));
