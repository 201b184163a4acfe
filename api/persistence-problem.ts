import { PersistenceError } from '../persistence/persistence-error.ts';
import { ApiProblem } from './http/api-problem.ts';

/** The answer to an error of the database; undefined for errors of others, and for those that are our own fault. */
export function persistenceProblem(error: unknown): ApiProblem | undefined {
  if (!(error instanceof PersistenceError)) return undefined;
  switch (error.code) {
    case 'unavailable':
      return new ApiProblem(
        'database_unavailable',
        'Try again in a moment; /health says which parts are up.',
        {
          cause: error,
          headers: { 'Retry-After': '5' },
        },
      );
    case 'site_unknown':
      return new ApiProblem('site_not_found', 'The site is not enrolled: see /api/sites.');
    case 'cursor_invalid':
      return new ApiProblem('invalid_cursor', 'Pass nextCursor as it was given, with the same filters.');
    case 'value_refused':
      return undefined;
  }
}
