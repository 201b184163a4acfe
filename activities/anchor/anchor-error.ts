export type AnchorErrorCode =
  /** Fewer calendars than asked for made a promise. */
  | 'too_few_calendars'
  /** No block header could be had: the node or service did not answer. */
  | 'headers_unavailable'
  /** The timestamp authority did not answer, or refused. */
  | 'authority_unavailable'
  /** What the authority gave is not a valid token of what was asked. */
  | 'token_invalid'
  /** The stored proof is not one of this digest. */
  | 'proof_unreadable';

/** Why a batch could not be anchored now. All but the last two are worth another try later. */
export class AnchorError extends Error {
  readonly code: AnchorErrorCode;
  constructor(code: AnchorErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'AnchorError';
    this.code = code;
  }
}
