import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { changesHold } from '../legal-hold.ts';

/** `malachor evidence hold lift`: lifts the legal hold of a site, on record for ever. */
export function register(program: Command): void {
  const command = groupOf(groupOf(program, 'evidence'), 'hold')
    .command('lift')
    .description('lift a site’s legal hold');
  changesHold(command, false);
}
