import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresError } from '../stack/postgres/postgres-error.ts';
import { StackError } from '../stack/stack-error.ts';
import { CommandError, exitCodes, type ExitCode } from './command-error.ts';

/** How an error ends the program: what is printed, and the exit code. */
export interface ErrorReport {
  lines: string[];
  exitCode: ExitCode;
}

/** Words for any error. What is not foreseen gets a short line; the whole of it goes to `writeDetails`. */
export function reportError(error: unknown, writeDetails: (text: string) => string): ErrorReport {
  if (error instanceof CommandError)
    return { lines: [error.message, `Next: ${error.nextStep}`], exitCode: error.exitCode };
  if (error instanceof StackError)
    return { lines: [error.message, `Next: ${error.nextStep}`], exitCode: exitCodes.unavailable };
  // Its messages end with what to do.
  if (error instanceof PostgresError) return { lines: [error.message], exitCode: exitCodes.unavailable };
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const file = writeDetails(details);
  const summary = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return {
    lines: [
      `something unforeseen went wrong: ${summary ?? 'no message'}`,
      `Next: read ${file} and the logs in the data directory; \`malachor doctor\` tells what this machine lacks.`,
    ],
    exitCode: exitCodes.internal,
  };
}

/** Keeps the details of an error where a person can find them; resolves to the file. */
export function writeErrorDetails(text: string): string {
  const file = join(tmpdir(), `malachor-error-${process.pid}.log`);
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
}
