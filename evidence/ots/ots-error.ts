/** Why bytes are no OpenTimestamps proof, or an operation cannot be applied. */
export type OtsErrorCode =
  | 'not_a_proof'
  | 'unsupported_version'
  | 'unsupported_file_hash'
  | 'truncated'
  | 'trailing_data'
  | 'number_malformed'
  | 'length_out_of_range'
  | 'unknown_operation'
  | 'message_out_of_range'
  | 'attestation_malformed'
  | 'too_deep'
  | 'too_large'
  | 'empty_timestamp'
  | 'different_messages';

/** A proof that cannot be read, written or merged. */
export class OtsError extends Error {
  readonly code: OtsErrorCode;
  constructor(code: OtsErrorCode, message: string) {
    super(message);
    this.name = 'OtsError';
    this.code = code;
  }
}
