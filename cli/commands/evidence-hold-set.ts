import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { changesHold } from '../legal-hold.ts';

/** `malachor evidence hold set`: sets the legal hold of a site, on record for ever. */
export function register(program: Command): void {
  const command = groupOf(groupOf(program, 'evidence'), 'hold')
    .command('set')
    .description('keep a site’s evidence until the hold is lifted');
  changesHold(command, true);
}
