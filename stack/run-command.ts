import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { errorCode } from './error-code.ts';
import { StackError } from './stack-error.ts';

export interface CommandOptions {
  cwd?: string;
  /** The whole environment of the command; this process's without it. */
  env?: NodeJS.ProcessEnv;
  /** Written to its standard input, which is closed then. */
  input?: string;
  /** The command is killed after this long. */
  timeoutMs?: number;
  /** Resolve with the exit code instead of rejecting where it is not 0. */
  allowFailure?: boolean;
}
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end, without a shell in between. Rejects with `command_missing` where there is no such program
 * and with `command_failed` where it exits with anything but 0, is killed or takes longer than its limit.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: 'pipe',
    ...(options.timeoutMs === undefined
      ? {}
      : { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const }),
  });
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
  // A command that does not read its input to the end closes the pipe early; its exit status says what matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const line = [command, ...args].join(' ').slice(0, 200);
  try {
    const [stdout, stderr, { exitCode, signal }] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      ended,
    ]);
    if (exitCode === 0 || (exitCode !== null && options.allowFailure)) return { exitCode, stdout, stderr };
    const said = (stderr.trim() || stdout.trim()).split('\n').slice(-5).join('\n').slice(-1_000);
    throw new StackError(
      'command_failed',
      `${line}: ${signal === null ? `exit status ${exitCode ?? 'unknown'}` : `ended by ${signal}`}: ${said}`,
      'Run the command by hand to see more.',
    );
  } catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw new StackError('command_missing', `there is no command ${command}`, `Install ${command}.`, {
        cause: error,
      });
    throw error;
  }
}
