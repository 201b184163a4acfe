import type { Command } from 'commander';
import { groupOf } from '../command-group.ts';
import { describeKey, purposes, withSigningKeys } from '../key-history.ts';
import { defaultDataDirectory } from '../project.ts';

/** `malachor key list`: the history of keys, as `GET /api/evidence/public-key` gives it to everybody. */
export function register(program: Command): void {
  groupOf(program, 'key')
    .command('list')
    .description('every key that signs or has signed, and when its signatures count')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action(async ({ data, json }: { data: string; json?: boolean }) => {
      const keys = await withSigningKeys(data, async (stored) =>
        (await Promise.all(purposes.map((purpose) => stored.list(purpose)))).flat(),
      );
      process.stdout.write(
        json ? `${JSON.stringify({ keys })}\n` : keys.map((key) => `${describeKey(key)}\n`).join(''),
      );
    });
}
