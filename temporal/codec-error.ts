/**
 * Why a payload could not be encrypted or decrypted.
 * - `unknown_key`: this process does not hold the key the payload names
 * - `wrong_site`: the payload was made with another site's key than its workflow's
 * - `not_encrypted`: a payload arrived in the clear; nothing of ours sends those
 * - `tampered`: the authentication tag does not fit
 * - `malformed`: the envelope itself cannot be read
 * - `bad_key_material`: a key file does not hold what it should
 */
export type CodecErrorCode =
  'unknown_key' | 'wrong_site' | 'not_encrypted' | 'tampered' | 'malformed' | 'bad_key_material';

/** Never carries key material or payload contents. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
