/** Why a store could not do what it was asked. */
export type ObjectStoreErrorCode =
  | 'full'
  | 'unavailable'
  | 'conflict'
  | 'not_found'
  | 'locked'
  | 'damaged'
  | 'misconfigured'
  | 'invalid_request';

/** What a person does next about each failure. */
const nextSteps: Record<ObjectStoreErrorCode, string> = {
  full: 'Give the store more room; what could not be stored is in the ledger and is put again then.',
  unavailable:
    'Check that the store runs and can be reached; what could not be stored is in the ledger and is put again then.',
  conflict:
    'Find out who wrote another object under this key and treat it as an attack until it is explained; nothing was overwritten.',
  not_found: 'Run the reconciliation of ledger and store: it puts again what the ledger still has.',
  locked: 'Wait until the retention is over and every hold is lifted.',
  damaged:
    'Take this object from another copy and check the disk; treat it as an attack until it is explained.',
  misconfigured: 'Correct the configuration of the object store.',
  invalid_request: 'This is a defect of the caller; report it.',
};

/** The only error an object store throws for what a store, a disk or a network does. Holds no credential. */
export class ObjectStoreError extends Error {
  override readonly name = 'ObjectStoreError';
  readonly code: ObjectStoreErrorCode;
  /** One imperative sentence. */
  readonly nextStep: string;

  constructor(
    code: ObjectStoreErrorCode,
    message: string,
    options: { nextStep?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.nextStep = options.nextStep ?? nextSteps[code];
  }

  /** Whether the same call may succeed later without anybody changing what was asked. */
  get isTransient(): boolean {
    return this.code === 'full' || this.code === 'unavailable';
  }
}
