import type { Readable, Writable } from 'node:stream';
import { OutputCollector } from './collected-output.ts';
import { composeScript, killAfterSeconds, type RunNames } from './compose-script.ts';
import { clockSkewMs } from './host-clock.ts';
import { RunFrame } from './run-frame.ts';
import { TransportError, type TransportErrorCode } from './transport-error.ts';
import type { RunRequest, RunResult } from './transport.ts';

/** A started `sh -s`, wherever it runs. */
export interface ShellSession {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Calls back once when the shell has exited; undefined where its status is not known. */
  onExit(listener: (exitCode: number | undefined) => void): void;
  /** Calls back once when no more output can come. */
  onClose(listener: () => void): void;
  destroy(): void;
}

export interface DriveOptions {
  names: RunNames;
  connection: string;
  now: () => number;
  /** Kills every process of the run on the host, even one that left its process group. Bounded in time; never rejects. */
  kill: () => Promise<void>;
}

/** How long the host is given beyond the script's own limit before we stop it ourselves. */
const slackMs = killAfterSeconds * 1000 + 3_000;
/** How long output may trail the shell's exit; something the script left running may hold it open for ever. */
const trailingOutputMs = 500;

/** Feeds the script to the session and settles with what became of it. @throws TransportError */
export function driveRun(
  session: ShellSession,
  request: RunRequest,
  options: DriveOptions,
): Promise<RunResult> {
  const text = composeScript(request, options.names);
  return new Promise((resolve, reject) => {
    const sentAtMs = options.now();
    const frame = new RunFrame(options.names.marker);
    const stdout = new OutputCollector(request.keepBytes);
    const stderr = new OutputCollector(request.keepBytes);
    let begunAtMs: number | undefined;
    let shellExitCode: number | undefined;
    let trailing: NodeJS.Timeout | undefined;
    let isSettled = false;

    const settle = (finish: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(limit);
      clearTimeout(trailing);
      request.signal?.removeEventListener('abort', abort);
      session.destroy();
      finish();
    };
    const stop = (code: TransportErrorCode, message: string): void => {
      settle(() => {
        const error = new TransportError(code, message, { mayHaveStarted: true });
        void options.kill().then(() => {
          reject(error);
        });
      });
    };
    const timedOut = `the script did not end within ${request.timeoutMs} ms on ${request.host} and was killed`;
    const abort = (): void => {
      stop('timeout', `the script on ${request.host} was cancelled and killed`);
    };
    const limit = setTimeout(() => {
      stop('timeout', timedOut);
    }, request.timeoutMs + slackMs);

    const finish = (): void => {
      const { exitCode } = frame;
      if (isLimitStatus(exitCode) && options.now() - sentAtMs >= request.timeoutMs) {
        // What a script that changes the host left running on purpose may be a service: only a reader's is killed.
        if (!request.survivesCut) {
          stop('timeout', timedOut);
          return;
        }
        settle(() => {
          reject(new TransportError('timeout', timedOut, { mayHaveStarted: true }));
        });
        return;
      }
      settle(() => {
        if (exitCode === undefined) {
          reject(unframed(request, frame.hasBegun, shellExitCode, stderr.finish().head.toString()));
        } else {
          const skew = clockSkewMs(frame.hostClock, sentAtMs, begunAtMs ?? sentAtMs);
          resolve({
            exitCode,
            stdout: stdout.finish(),
            stderr: stderr.finish(),
            ...(skew === undefined ? {} : { clockSkewMs: skew }),
            connection: options.connection,
          });
        }
      });
    };
    const finishSoon = (): void => {
      trailing ??= setTimeout(finish, trailingOutputMs);
    };

    session.stdout.on('data', (chunk: Buffer) => {
      if (isSettled) return;
      stdout.add(frame.push(chunk));
      if (frame.hasBegun) begunAtMs ??= options.now();
      if (frame.exitCode !== undefined) finishSoon();
      else if (request.maxOutputBytes !== undefined && stdout.bytes > request.maxOutputBytes) {
        stop(
          'output_too_large',
          `the script printed more than ${request.maxOutputBytes} bytes on ${request.host} and was killed`,
        );
      }
    });
    session.stderr.on('data', (chunk: Buffer) => {
      if (!isSettled) stderr.add(chunk);
    });
    // A shell that ends before it has read everything breaks this pipe; how it ended is told by its exit.
    session.stdin.on('error', () => undefined);
    session.onExit((code) => {
      shellExitCode = code;
      finishSoon();
    });
    session.onClose(finish);
    if (request.signal?.aborted) {
      settle(() => {
        reject(new TransportError('timeout', 'cancelled before it began', { mayHaveStarted: false }));
      });
      return;
    }
    request.signal?.addEventListener('abort', abort);
    session.stdin.end(text);
  });
}

/** Exit statuses of timeout(1) when the limit was reached: after SIGTERM, and after SIGKILL. */
function isLimitStatus(exitCode: number | undefined): boolean {
  return exitCode === 124 || exitCode === 137;
}

/** The error for a session that ended without telling how the script ended. */
function unframed(
  request: RunRequest,
  hasBegun: boolean,
  shellExitCode: number | undefined,
  stderr: string,
): TransportError {
  if (hasBegun || shellExitCode === undefined) {
    return new TransportError(
      'connection_lost',
      `the connection to ${request.host} ended before the script did`,
      { mayHaveStarted: true },
    );
  }
  const said = (/\S.*/.exec(stderr)?.[0] ?? 'no reason given').slice(0, 200);
  return request.sudo
    ? new TransportError('sudo_refused', `${request.host} refused sudo: ${said}`, { mayHaveStarted: false })
    : new TransportError(
        'authentication_failed',
        `the account may not run a shell on ${request.host}: ${said}`,
        {
          mayHaveStarted: false,
        },
      );
}
