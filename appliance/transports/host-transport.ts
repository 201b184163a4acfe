import { type HostConfig, isLocal, sshHosts } from '../config.ts';
import { LocalTransport } from './local-transport.ts';
import { SshTransport } from './ssh/ssh-transport.ts';
import type { BatchRequest, BatchResult, RunRequest, RunResult, Transport } from './transport.ts';

/** Runs each host's scripts where it is: on this machine, or over SSH. */
export class HostTransport implements Transport {
  readonly #local: Transport;
  readonly #remote: Transport;
  readonly #localIds: ReadonlySet<string>;

  constructor(hosts: readonly HostConfig[], parts: { local?: Transport; remote?: Transport } = {}) {
    this.#localIds = new Set(hosts.filter(isLocal).map(({ id }) => id));
    this.#local = parts.local ?? new LocalTransport();
    this.#remote = parts.remote ?? new SshTransport({ hosts: sshHosts(hosts) });
  }

  run(request: RunRequest): Promise<RunResult> {
    return this.#of(request.host).run(request);
  }

  runBatch(request: BatchRequest): Promise<BatchResult> {
    return this.#of(request.host).runBatch(request);
  }

  async close(): Promise<void> {
    await Promise.all([this.#local.close(), this.#remote.close()]);
  }

  #of(host: string): Transport {
    return this.#localIds.has(host) ? this.#local : this.#remote;
  }
}
