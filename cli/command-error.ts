/**
 * Exit codes of every command.
 *
 * - 0: it did what it was asked to
 * - 1: it ran, and the answer is no: a failed test or check, damage found, a floor not held
 * - 2: it was called wrongly
 * - 3: something it needs is missing, in use or did not start
 * - 70: a fault of Malachor itself
 */
export const exitCodes = { success: 0, negative: 1, usage: 2, unavailable: 3, internal: 70 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a message for a person: what is wrong and what to do next. */
export class CommandError extends Error {
  readonly nextStep: string;
  readonly exitCode: ExitCode;

  constructor(message: string, nextStep: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
    this.nextStep = nextStep;
    this.exitCode = exitCode;
  }
}
