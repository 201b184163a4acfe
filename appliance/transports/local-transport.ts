import { randomBytes } from 'node:crypto';
import type { RunNames } from './compose-script.ts';
import { driveRun } from './drive-run.ts';
import { killRunScript } from './kill-script.ts';
import { startLocalShell } from './local-session.ts';
import { runInSessions } from './run-in-sessions.ts';
import type { BatchRequest, BatchResult, RunRequest, RunResult, Transport } from './transport.ts';

export interface LocalTransportOptions {
  /** How a script that asks for root gets it: by `sudo -n`, or not at all, because this process is root. */
  elevate: 'sudo' | 'none';
}

const killTimeoutMs = 5_000;

/** Runs scripts on the appliance's own machine, so that it is held to the catalogue as every host is. */
export class LocalTransport implements Transport {
  readonly #elevate: 'sudo' | 'none';

  constructor(options: LocalTransportOptions = { elevate: process.getuid?.() === 0 ? 'none' : 'sudo' }) {
    this.#elevate = options.elevate;
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#drive(request, newNames());
  }

  runBatch(request: BatchRequest): Promise<BatchResult> {
    return runInSessions(request, {
      open: () => Promise.resolve(startLocalShell({ sudo: false })),
      connection: `${request.host}#local`,
      elevate: this.#elevate,
      newNames,
      now: Date.now,
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #drive(request: RunRequest, names: RunNames): Promise<RunResult> {
    const { host, sudo } = request;
    return driveRun(startLocalShell({ sudo: sudo && this.#elevate === 'sudo' }), request, {
      names,
      connection: `${host}#local`,
      now: Date.now,
      kill: async () => {
        const script = killRunScript(names.id);
        const killing = { host, script, sudo, environment: {}, timeoutMs: killTimeoutMs, keepBytes: 0 };
        // Where it cannot be killed, its own timeout(1) stops it.
        await this.#drive({ ...killing, survivesCut: true }, { ...newNames(), id: `kill-${names.id}` }).catch(
          () => undefined,
        );
      },
    });
  }
}

function newNames(): RunNames {
  return { id: randomBytes(16).toString('hex'), marker: randomBytes(16).toString('hex') };
}
