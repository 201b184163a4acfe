import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { endsKey } from '../key-history.ts';

/** `malachor key retire`: what the key signed before still counts, whenever it arrives. */
export function register(program: Command): void {
  const command = groupOf(program, 'key')
    .command('retire')
    .description('end a key that another has replaced; what it signed before counts whenever it arrives');
  endsKey(command, 'retired');
}
