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
  /**
   * The command and all it started end when this process does, however it ends: for builds that take minutes. It gets no
   * input.
   */
  tethered?: boolean;
  /** Resolve with the exit code instead of rejecting where it is not 0. */
  allowFailure?: boolean;
}
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs its arguments as a command in this process group and waits for it, while a watcher reads standard input: when that
 * closes, the starter is gone, and the group is ended.
 */
const tether = `exec 3<&0
"$@" </dev/null 3<&- &
command=$!
(trap '' TERM; cat <&3; kill -TERM 0; sleep 5; kill -KILL 0) >/dev/null 2>&1 &
watcher=$!
wait "$command"
status=$?
kill -KILL "$watcher"
exit "$status"`;

/**
 * Runs a program to its end, without a shell in between. Rejects with `command_missing` where there is no such program
 * and with `command_failed` where it exits with anything but 0, is killed or takes longer than its limit.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { tethered = false, timeoutMs } = options;
  const [program, programArgs] = tethered
    ? ['/bin/sh', ['-c', tether, 'sh', command, ...args]]
    : [command, args];
  const child = spawn(program, programArgs, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: 'pipe',
    detached: tethered,
  });
  const cut = () => {
    if (tethered) child.stdin.end();
    else child.kill('SIGKILL');
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(cut, timeoutMs);
  const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal });
    });
  });
  // A command that does not read its input to the end closes the pipe early; its exit status says what matters.
  child.stdin.on('error', () => undefined);
  if (tethered) child.once('exit', () => child.stdin.end());
  else child.stdin.end(options.input ?? '');
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
