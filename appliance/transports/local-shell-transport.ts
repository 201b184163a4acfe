import { LocalTransport } from './local-transport.ts';
import type { TransportError } from './transport-error.ts';
import type { BatchRequest, BatchResult, RunRequest, RunResult, Transport } from './transport.ts';

/**
 * A transport for tests whose every host is a shell of this machine. It shares all but the network with the SSH
 * transport, and passes the same contract suite. Never asks for root: `sudo` is ignored.
 */
export class LocalShellTransport implements Transport {
  /** Every request that was carried out or failed on purpose, in order. */
  readonly requests: RunRequest[] = [];
  /** As `requests`, for batches. */
  readonly batches: BatchRequest[] = [];
  /** Called before each run; what it throws, the run fails with. */
  onRun: (request: RunRequest) => void = () => undefined;
  readonly #failures = new Map<string, TransportError[]>();
  readonly #local = new LocalTransport({ elevate: 'none' });

  /** Makes the next run or batch on `host` fail with `error`; no script of it is run. */
  failNext(host: string, error: TransportError): void {
    this.#failures.set(host, [...(this.#failures.get(host) ?? []), error]);
  }

  async run(request: RunRequest): Promise<RunResult> {
    this.requests.push(request);
    this.#failOnPurpose(request.host);
    this.onRun(request);
    return this.#local.run(request);
  }

  async runBatch(request: BatchRequest): Promise<BatchResult> {
    this.batches.push(request);
    this.#failOnPurpose(request.host);
    return this.#local.runBatch(request);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #failOnPurpose(host: string): void {
    const failure = this.#failures.get(host)?.shift();
    if (failure !== undefined) throw failure;
  }
}
