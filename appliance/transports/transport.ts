import type { CollectedOutput } from './collected-output.ts';

/** One POSIX shell script to run on one host. */
export interface RunRequest {
  /** Host id of the appliance's configuration. */
  host: string;
  /** Script text. It never appears in an argument list on the host. */
  script: string;
  /** Whether it runs as root through `sudo -n`. */
  sudo: boolean;
  /** Environment variables of the script beside `PATH` and `LC_ALL=C`. Names are `[A-Z][A-Z0-9_]*`. */
  environment: Readonly<Record<string, string>>;
  /** Bytes the script reads from standard input; empty without it. */
  stdin?: Uint8Array;
  /** Time limit of the script; at the limit its process group is killed on the host. */
  timeoutMs: number;
  /** Bytes of each output stream that come back; the rest is counted and hashed only. */
  keepBytes: number;
  /** Bytes of standard output after which the script is killed. Without it a chatty script is let finish. */
  maxOutputBytes?: number;
  /**
   * Whether the script runs to its own end although the connection is cut, rather than die of a closed output half way.
   * Its standard error then comes within its standard output.
   */
  survivesCut: boolean;
  /** Kills the script when aborted. */
  signal?: AbortSignal;
}

/** A script that ran to its end, whatever its exit status. */
export interface RunResult {
  exitCode: number;
  stdout: CollectedOutput;
  stderr: CollectedOutput;
  /** The host's clock minus ours when the script began, in milliseconds; absent where the host's could not be read. */
  clockSkewMs?: number;
  /** Changes with every new connection to the host, so that what was read of the host can be kept as long as it. */
  connection: string;
}

/**
 * Runs scripts on the hosts of a site. Scripts of one host may run side by side. Leaves no file on the host.
 *
 * @throws TransportError for everything a host, a network or a script does wrong.
 */
export interface Transport {
  run(request: RunRequest): Promise<RunResult>;
  /** Closes what is open. Nothing may be run afterwards. */
  close(): Promise<void>;
}
