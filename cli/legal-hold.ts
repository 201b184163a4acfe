import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createPersistence, type Persistence } from '../persistence/create-persistence.ts';
import type { LegalHoldChange } from '../persistence/legal-holds.ts';
import { PersistenceError } from '../persistence/persistence-error.ts';
import { checkedSite } from './checked-site.ts';
import { CommandError, exitCodes } from './command-error.ts';
import { resolveDatabaseUrl } from './evidence-source.ts';
import { defaultDataDirectory } from './project.ts';

interface ChangeOptions {
  site: string;
  reason: string;
  by: string;
  data: string;
  json?: boolean;
}

/** Opens the running system's database while `use` runs, and says in a person's words what is wrong with it or the site. */
export async function withSite<T>(
  { site, data }: { site: string; data: string },
  use: (persistence: Persistence, site: string) => Promise<T>,
): Promise<T> {
  const checked = checkedSite(site);
  const source = { dataDirectory: resolve(data), env: process.env };
  const persistence = await createPersistence(await resolveDatabaseUrl(source), { connections: 2 });
  try {
    return await use(persistence, checked);
  } catch (error) {
    if (!(error instanceof PersistenceError) || error.code !== 'site_unknown') throw error;
    throw new CommandError(
      `site ${site} is not enrolled`,
      'Check the id, or name other data with --data DIR.',
      exitCodes.unavailable,
      { cause: error },
    );
  } finally {
    await persistence.close();
  }
}

/** Adds to `command` what changing a hold takes, and the action. */
export function changesHold(command: Command, isOn: boolean): void {
  command
    .requiredOption('--site <id>', 'the site')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--by <name>', 'who decided it', userInfo().username)
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action((options: ChangeOptions) => changeHold(isOn, options));
}

async function changeHold(isOn: boolean, { site, reason, by, data, json }: ChangeOptions): Promise<void> {
  for (const [what, text, most] of [
    ['reason', reason, 500],
    ['name', by, 200],
  ] as const) {
    if (text.trim() === '' || text.length > most)
      throw new CommandError(
        `the ${what} is empty or too long`,
        `Give 1 to ${String(most)} characters.`,
        exitCodes.usage,
      );
  }
  const change = { isOn, reason, actor: by, at: new Date().toISOString() };
  const changed = await withSite({ site, data }, ({ legalHolds }, id) => legalHolds.change(id, change));
  if (json) process.stdout.write(`${JSON.stringify({ site, isOn, changed })}\n`);
  else if (!changed) process.stdout.write(`The hold on ${site} was ${isOn ? 'set' : 'off'} already.\n`);
  else
    process.stdout.write(
      `${describeChange(change)}\nThe worker brings it to the objects of ${site} within a minute or so; see \`storage\` in the site’s summary.\n`,
    );
}

/** One line for people. */
export function describeChange({ isOn, reason, actor, at }: LegalHoldChange): string {
  return `${at}  ${isOn ? 'set   ' : 'lifted'}  by ${actor}: ${reason}`;
}
