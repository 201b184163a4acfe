import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../stack-error.ts';
import { signalGroup } from './process-records.ts';
import type { RunningProcess } from './running-process.ts';

export interface LaunchOptions {
  /** For messages, as `worker`. */
  name: string;
  command: string;
  args: readonly string[];
  /** Its whole environment. */
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Gets its standard error, and its standard output where that is not read for the ready line. */
  logFile: string;
  /**
   * How it tells that it serves: by a line of JSON with `"ready":true` on standard output, or by a test that is tried
   * until it resolves to true.
   */
  ready: 'ready-line' | (() => Promise<boolean>);
  readyTimeoutMs?: number;
  /** Told its number before it serves. */
  onSpawn?: (pid: number) => void;
}

const maxLogBytes = 20 * 1024 * 1024;
const stopTimeoutMs = 20_000;
const probeIntervalMs = 50;

/** Opens the log for appending; what is over 20 MiB moves aside first, so that logs stay bounded over restarts. */
function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o640);
}

/** Last lines of a log, for a message. */
export function logTail(file: string, lines = 5): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n').slice(-2_000);
  } catch {
    return '';
  }
}

function isReadyLine(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'ready' in value && value.ready === true;
  } catch {
    return false;
  }
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only us and we end the parts in order, and
 * resolves when it serves. Rejects with the tail of its log where it ends or takes too long before that.
 */
export async function launch(options: LaunchOptions): Promise<RunningProcess> {
  const { name, command, args, env, cwd, logFile, ready, readyTimeoutMs = 60_000 } = options;
  const log = openLog(logFile);
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', ready === 'ready-line' ? 'pipe' : log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const end: { reason?: string } = {};
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end.reason = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      end.reason = signal === null ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`;
      resolve();
    });
  });
  const output = { sawReadyLine: false };
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.sawReadyLine ||= isReadyLine(line);
    });
  }
  const kill = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && end.reason === undefined) signalGroup(child.pid, signal);
  };
  const stop = async () => {
    kill('SIGCONT');
    kill('SIGTERM');
    const timer = setTimeout(() => {
      kill('SIGKILL');
    }, stopTimeoutMs);
    await exited;
    clearTimeout(timer);
  };

  const isReady = ready === 'ready-line' ? async () => output.sawReadyLine : ready;
  const deadline = performance.now() + readyTimeoutMs;
  while (!(await isReady())) {
    const isLate = performance.now() > deadline;
    if (end.reason !== undefined || isLate) {
      const why =
        end.reason === undefined
          ? `was not ready within ${readyTimeoutMs / 1_000} s`
          : `ended (${end.reason})`;
      await stop();
      throw new StackError(
        end.reason === undefined ? 'not_ready' : 'process_ended',
        `${name} ${why} before it served: ${logTail(logFile) || 'it logged nothing'}`,
        `Read ${logFile}.`,
      );
    }
    await Promise.race([exited, sleep(probeIntervalMs)]);
  }
  return {
    pid: child.pid ?? -1,
    exited,
    stop,
    kill: async (signal) => {
      kill(signal);
      if (signal === 'SIGKILL') await exited;
    },
  };
}
