import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { endsKey } from '../key-history.ts';

/** `malachor key revoke`: nothing of the key counts that had not arrived by then. */
export function register(program: Command): void {
  const command = groupOf(program, 'key')
    .command('revoke')
    .description('end a key that may be in other hands; nothing of it counts that had not arrived by then');
  endsKey(command, 'revoked');
}
