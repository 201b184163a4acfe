import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { driveRun, type ShellSession } from './drive-run.ts';
import { killRunScript } from './kill-script.ts';
import type { TransportError } from './transport-error.ts';
import type { RunRequest, RunResult, Transport } from './transport.ts';

/**
 * A transport for tests whose every host is a shell of this machine. It shares all but the network with the SSH
 * transport, and passes the same contract suite. Never asks for root: `sudo` is ignored.
 */
export class LocalShellTransport implements Transport {
  /** Every request that was carried out or failed on purpose, in order. */
  readonly requests: RunRequest[] = [];
  readonly #failures = new Map<string, TransportError[]>();
  #connection = 1;

  /** Makes the next run on `host` fail with `error`; its script is not run. */
  failNext(host: string, error: TransportError): void {
    this.#failures.set(host, [...(this.#failures.get(host) ?? []), error]);
  }

  /** Makes later runs see a new connection. */
  reconnect(): void {
    this.#connection += 1;
  }

  async run(request: RunRequest): Promise<RunResult> {
    this.requests.push(request);
    const failure = this.#failures.get(request.host)?.shift();
    if (failure !== undefined) throw failure;
    return this.#drive(request, randomUUID());
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #drive(request: RunRequest, id: string): Promise<RunResult> {
    return driveRun(startShell(), request, {
      names: { id, marker: randomUUID() },
      connection: `${request.host}#${this.#connection}`,
      now: Date.now,
      kill: async () => {
        const killing = { script: killRunScript(id), environment: {}, timeoutMs: 5_000, survivesCut: true };
        await this.#drive({ host: request.host, sudo: false, keepBytes: 0, ...killing }, `kill-${id}`);
      },
    });
  }
}

function startShell(): ShellSession {
  const child = spawn('sh', ['-s'], { stdio: 'pipe' });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onExit: (listener) => {
      child.once('exit', (code) => {
        listener(code ?? undefined);
      });
    },
    onClose: (listener) => {
      child.once('close', listener);
    },
    destroy: () => {
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.destroy();
    },
  };
}
