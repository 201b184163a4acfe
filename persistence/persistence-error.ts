import { QueryFailedError } from 'typeorm';

/**
 * - `unavailable`: the database did not answer; whether the work was done is not known, and repeating it is safe
 * - `site_unknown`: the site is not enrolled
 * - `cursor_invalid`: a cursor that no list has given out
 * - `value_refused`: the database refused a value or a change; repeating it does not help
 */
export type PersistenceErrorCode = 'unavailable' | 'site_unknown' | 'cursor_invalid' | 'value_refused';

/** Why stored data could not be read or written. The message says what to do next and holds no stored value. */
export class PersistenceError extends Error {
  override readonly name = 'PersistenceError';
  readonly code: PersistenceErrorCode;

  constructor(code: PersistenceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function siteUnknown(site: string): PersistenceError {
  return new PersistenceError('site_unknown', `Site ${site} is not enrolled. Enrol it first.`);
}

/** SQLSTATE of an error the server itself reported, as `23001`. */
export function sqlState(error: unknown): string | undefined {
  const reported: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = reported instanceof Error && 'code' in reported ? reported.code : undefined;
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Classes of SQLSTATE that speak of the server or of contention, not of what it was asked (appendix A). */
const passing = /^(?:08|40|53|55|57|58|XX)/;

/** The error as one of this module's. */
export function persistenceError(error: unknown): PersistenceError {
  if (error instanceof PersistenceError) return error;
  const state = sqlState(error);
  if (state === '23503') {
    return new PersistenceError('site_unknown', 'The site is not enrolled. Enrol it first.', {
      cause: error,
    });
  }
  if (state === undefined || passing.test(state)) {
    return new PersistenceError(
      'unavailable',
      'The database did not answer. Check that Postgres runs at DATABASE_URL; the work may be repeated safely.',
      { cause: error },
    );
  }
  return new PersistenceError(
    'value_refused',
    `The database refused the change (SQLSTATE ${state}). Repeating it does not help; see the cause in the log.`,
    { cause: error },
  );
}

/** Whether the database refused what it was given, so that other work of the same group may well pass. */
export function isValueRefused(error: unknown): boolean {
  return error instanceof PersistenceError && error.code === 'value_refused';
}
