import type { ProbeErrorCode } from '../../contracts/observation.ts';

/** Why a script could not be run on a host, or its end is not known. */
export const transportErrorCodes = [
  'host_unreachable',
  'host_key_changed',
  'host_key_unknown',
  'authentication_failed',
  'sudo_refused',
  'timeout',
  'output_too_large',
  'connection_lost',
] as const satisfies readonly ProbeErrorCode[];
export type TransportErrorCode = (typeof transportErrorCodes)[number];

/** What a person does next about each failure. */
const nextSteps: Record<TransportErrorCode, string> = {
  host_unreachable: 'Check that the host is switched on and that its address and SSH port are right.',
  host_key_changed:
    'Find out whether the host was reinstalled; if so, read its fingerprint at its console and enrol it again. If not, treat it as an attack.',
  host_key_unknown: 'Enrol the host, so that its key is pinned before any credential is sent to it.',
  authentication_failed:
    "Check the account and the credential in the appliance's configuration for this host.",
  sudo_refused: 'Allow the account to run commands by sudo without a password on this host.',
  timeout: 'Look at what the host is busy with, then run the check again.',
  output_too_large: 'Look at what makes the script print so much on this host.',
  connection_lost: 'Check the network and the SSH service of the host, then run the check again.',
};

/** The only error a transport throws for what a host, a network or a script does. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  /**
   * Whether the script may have begun. False is a promise: no part of it ran. True means that nobody can say how far
   * it came.
   */
  readonly mayHaveStarted: boolean;
  /** One imperative sentence. */
  readonly nextStep: string;

  constructor(
    code: TransportErrorCode,
    message: string,
    options: { mayHaveStarted: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.mayHaveStarted = options.mayHaveStarted;
    this.nextStep = nextSteps[code];
  }
}
