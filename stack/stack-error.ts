/** Why a part of the stack could not be had, started or stopped. */
export type StackErrorCode =
  | 'already_running'
  | 'command_failed'
  | 'command_missing'
  | 'configuration_invalid'
  | 'not_ready'
  | 'part_unavailable'
  | 'port_in_use'
  | 'process_ended';

/** A failure of the stack, told to a person: what happened and what to do next. */
export class StackError extends Error {
  readonly code: StackErrorCode;
  /** One imperative sentence. */
  readonly nextStep: string;

  constructor(code: StackErrorCode, message: string, nextStep: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StackError';
    this.code = code;
    this.nextStep = nextStep;
  }
}
