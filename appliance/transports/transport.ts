import type { CollectedOutput } from './collected-output.ts';
import type { TransportError } from './transport-error.ts';

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
  /** Whether it logs in anew, to see whether that is still possible. */
  freshConnection?: boolean;
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

/** One of the scripts of a batch. */
export interface BatchProbe {
  /** Script text. It only reads, and never appears in an argument list on the host. */
  script: string;
  /** Whether it runs as root, through the batch's one `sudo -n`. */
  sudo: boolean;
  /** Environment variables of the script beside `HOME`, `PATH` and `LC_ALL=C`. Names are `[A-Z][A-Z0-9_]*`. */
  environment: Readonly<Record<string, string>>;
  /** Time limit of the script and all it started; what is left of it at the limit is killed on the host. */
  timeoutMs: number;
}

/** Several scripts that read, for one host and one round trip. */
export interface BatchRequest {
  /** Host id of the appliance's configuration. */
  host: string;
  probes: readonly BatchProbe[];
  /** Bytes of standard output, and of standard error, after which a script is killed. */
  maxOutputBytes: number;
  /** Time limit of the whole batch. */
  timeoutMs: number;
  /** Kills the batch when aborted. */
  signal?: AbortSignal;
}

/** What became of one script of a batch. */
export type ProbeOutcome =
  | { ok: true; exitCode: number; stdout: Buffer; stderr: Buffer }
  /** It did not run, or its end is not known, and why. */
  | { ok: false; error: TransportError };

export interface BatchResult {
  /** One for each script, in the order of the request. */
  outcomes: ProbeOutcome[];
  /** The host's os-release(5) as it is; empty where it has none. */
  osRelease: string;
  /** The host's clock minus ours when the batch began, in milliseconds; absent where the host's could not be read. */
  clockSkewMs?: number;
  /** As in `RunResult`. */
  connection: string;
}

/**
 * Runs scripts on the hosts of a site. Scripts of one host may run side by side. Leaves no file on the host.
 *
 * @throws TransportError for everything a host, a network or a script does wrong.
 */
export interface Transport {
  run(request: RunRequest): Promise<RunResult>;
  /**
   * Runs scripts that read, one after the other, within one session of the host. No script can touch another's outcome:
   * not by its output, its end, its hanging or what it does to its shell.
   *
   * @throws TransportError where the host could not be asked at all. What goes wrong later is in the outcomes.
   */
  runBatch(request: BatchRequest): Promise<BatchResult>;
  /** Closes what is open. Nothing may be run afterwards. */
  close(): Promise<void>;
}
