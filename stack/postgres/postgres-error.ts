/**
 * - `platform_unsupported`: no Postgres comes with this platform
 * - `directory_not_traversable`: the unprivileged user the server runs as cannot reach a directory
 * - `no_unprivileged_user`: started as root on a machine without `postgres` and `nobody`
 * - `already_running`: another server works on the same data
 * - `port_in_use`: something else listens on the wanted port
 * - `version_mismatch`: the data was written by another major version
 * - `initialise_failed`, `start_failed`: the server's own programs failed; the message carries their last words
 */
export type PostgresErrorCode =
  | 'platform_unsupported'
  | 'directory_not_traversable'
  | 'no_unprivileged_user'
  | 'already_running'
  | 'port_in_use'
  | 'version_mismatch'
  | 'initialise_failed'
  | 'start_failed';

/** Why the embedded Postgres does not run. The message says what to do next and holds no secret. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
  readonly code: PostgresErrorCode;

  constructor(code: PostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
