import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { deriveWebhookSecret } from '../../activities/notify/site-secret.ts';
import { siteIdSchema } from '../../contracts/ids.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { groupOf } from '../command-group.ts';
import { defaultDataDirectory } from '../project.ts';

/** `malachor webhook secret`: what a site's receiver checks signatures with. */
export function register(program: Command): void {
  groupOf(program, 'webhook')
    .command('secret')
    .description('print the secret a site’s webhook receiver checks signatures with')
    .requiredOption('--site <id>', 'the site')
    .option('--data <dir>', 'data directory of `malachor up`', defaultDataDirectory())
    .action(({ site, data }: { site: string; data: string }) => {
      if (!siteIdSchema.safeParse(site).success) {
        throw new CommandError(`${site} is not a site id`, 'Write it as main-street.', exitCodes.usage);
      }
      process.stdout.write(`${deriveWebhookSecret(readMaster(data), site)}\n`);
    });
}

function readMaster(data: string): string {
  try {
    return readFileSync(join(data, 'secrets/webhook.secret'), 'utf8').trim();
  } catch (cause) {
    throw new CommandError(
      `there is no Malachor in ${data} that may be read`,
      'Start it once with `malachor up`, name its data with --data DIR, or run as the user who runs it.',
      exitCodes.unavailable,
      { cause },
    );
  }
}
