import { siteIdSchema } from '../contracts/ids.ts';
import { CommandError, exitCodes } from './command-error.ts';

/** The id given with `--site`. Throws CommandError for what is none. */
export function checkedSite(site: string): string {
  const parsed = siteIdSchema.safeParse(site);
  if (parsed.success) return parsed.data;
  throw new CommandError(
    `--site ${site} is no site id`,
    'Give it as `malachor up` printed it.',
    exitCodes.usage,
  );
}
