import { PersistenceError } from '../persistence/persistence-error.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** What went wrong with a site's database, for a person; any other error as it is. */
export function explained(error: unknown, site: string): unknown {
  if (!(error instanceof PersistenceError)) return error;
  const [message, nextStep] =
    error.code === 'site_unknown'
      ? [`site ${site} is not enrolled`, 'Check the id, or name other data with --data DIR.']
      : [
          'the database did not answer',
          'Check that it runs at DATABASE_URL or with `malachor up`, then try again.',
        ];
  return new CommandError(message, nextStep, exitCodes.unavailable, { cause: error });
}
