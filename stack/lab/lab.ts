import type { CommandResult } from '../run-command.ts';

/** A host that can be reached by SSH and whose root account the lab may use to prepare it. */
export interface LabHost {
  /** Unique in its lab; a DNS label, also the host's own name. */
  id: string;
  address: string;
  port: number;
  /** Account with passwordless sudo. */
  user: string;
  /** File with the private key of `user`, mode 0600. */
  identityFile: string;
  /** `SHA256:` and the base64 digest of the host's public key, read beside the network where that is possible. */
  hostKey: string;
  /** Whether it has a kernel of its own. */
  ownKernel?: true;
}

export interface NewHost {
  /** `host-<n>` without it. */
  id?: string;
  /**
   * `own` boots a virtual machine, slower and larger, for what a shared kernel cannot show: audit rules and their events,
   * AppArmor, kernel settings, opened LUKS containers, the clock. `shared` without it.
   */
  kernel?: 'shared' | 'own';
  /**
   * Size of the host's own disk in MiB; it lies in memory and takes only what is written. 512 without it; a host with its
   * own kernel always has 1024.
   */
  diskMegabytes?: number;
}

/**
 * How a host goes down: `orderly` stops its services first; `cut` is what a power failure does, and loses what was not
 * yet written to the disk.
 */
export type Reboot = 'orderly' | 'cut';

export interface RunOptions {
  input?: string;
  timeoutMs?: number;
  /** Resolve with the exit code instead of rejecting where it is not 0. */
  allowFailure?: boolean;
}

/** Real hosts to detect drift on and heal. */
export interface Lab {
  /** What the hosts are: containers booted by systemd-nspawn, Docker containers, or hosts somebody gave. */
  readonly kind: 'nspawn' | 'docker' | 'given';
  readonly hosts: readonly LabHost[];
  /** Boots one more fresh, compliant host and resolves when it can be logged in to and every service has settled. */
  addHost(options?: NewHost): Promise<LabHost>;
  removeHost(id: string): Promise<void>;
  /**
   * Boots the host again from its own disk, with a fresh network, firewall and kernel state where it has them of its own.
   * Resolves when it can be logged in to and its services have settled, as `addHost` does.
   */
  reboot(id: string, how?: Reboot): Promise<void>;
  /** Runs a POSIX shell script as root on the host, for planting drift. Rejects where it exits with anything but 0. */
  run(id: string, script: string, options?: RunOptions): Promise<CommandResult>;
  /** Removes every host and all else the lab made. */
  stop(): Promise<void>;
}
