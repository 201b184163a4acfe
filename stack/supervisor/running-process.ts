/** A part of the stack that runs now. Postgres, Temporal and our own processes all come in this shape. */
export interface RunningProcess {
  pid: number;
  /** Settles when it has ended, for whatever reason. */
  exited: Promise<unknown>;
  /** Ends it cleanly, and by force where it does not end in time. Idempotent. */
  stop(): Promise<void>;
  /** Sends it a signal. Resolves when the signal is sent or, where it is SIGKILL, when the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}
