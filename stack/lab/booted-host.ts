import type { CommandResult } from '../run-command.ts';
import type { Reboot, RunOptions } from './lab.ts';

/** A host of the lab as it is held from outside, whatever boots it. */
export interface BootedHost {
  address: string;
  /** How long it may take from being started until its services have settled. */
  readyTimeoutMs: number;
  /** One-line public key of its SSH server, known without asking the network. */
  publicKey(): string;
  /** Runs a POSIX shell script as root, whatever the host's network and SSH server allow. */
  run(script: string, options?: RunOptions): Promise<CommandResult>;
  /** Resolves when it boots again; it is not ready yet then. */
  reboot(how: Reboot): Promise<void>;
}
