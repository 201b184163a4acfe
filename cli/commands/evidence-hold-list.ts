import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { describeChange, withSite } from '../legal-hold.ts';
import { defaultDataDirectory } from '../project.ts';

/** `malachor evidence hold list`: every change of a site's legal hold, oldest first. */
export function register(program: Command): void {
  groupOf(groupOf(program, 'evidence'), 'hold')
    .command('list')
    .description('who set and lifted a site’s legal hold, when and why')
    .requiredOption('--site <id>', 'the site')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action(async (options: { site: string; data: string; json?: boolean }) => {
      const changes = await withSite(options, ({ legalHolds }, site) => legalHolds.list(site));
      const lines = changes.length === 0 ? ['There never was one.'] : changes.map(describeChange);
      process.stdout.write(
        options.json ? `${JSON.stringify({ site: options.site, changes })}\n` : `${lines.join('\n')}\n`,
      );
    });
}
