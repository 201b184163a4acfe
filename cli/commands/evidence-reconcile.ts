import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createStorageActivities } from '../../activities/storage/create-storage-activities.ts';
import type { StoreSetting } from '../../activities/storage/ports.ts';
import { storeFailure } from '../../activities/storage/store-failure.ts';
import {
  differencesIn,
  isAtOne,
  type ReconciliationReport,
  remainingDifferences,
} from '../../domain/retention/reconciliation.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import type { Persistence } from '../../persistence/create-persistence.ts';
import { objectSettingsOf } from '../../stack/object-settings.ts';
import { checkpointKeys, storageSchema, storeSetting } from '../../workers/storage.ts';
import { groupOf } from '../command-group.ts';
import { CommandError, exitCodes } from '../command-error.ts';
import { withSite } from '../legal-hold.ts';
import { defaultDataDirectory } from '../project.ts';

interface ReconcileOptions {
  site: string;
  data: string;
  json?: boolean;
}

/** `malachor evidence reconcile`: what the worker does by night, now. */
export function register(program: Command): void {
  groupOf(program, 'evidence')
    .command('reconcile')
    .description('compare a site’s ledger with the object store, and put again what is missing')
    .requiredOption('--site <id>', 'the site')
    .option('--data <directory>', 'data of the running `malachor up`', defaultDataDirectory())
    .option('--json', 'print one JSON document')
    .action(reconcileSite);
}

async function reconcileSite(options: ReconcileOptions): Promise<void> {
  const report = await withSite(options, async (persistence, site) => {
    const store = await storeInUse(persistence, site, resolve(options.data));
    try {
      return await walk(persistence, store, site);
    } finally {
      store.forget();
    }
  });
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : describe(report));
  process.exitCode = isAtOne(report) ? exitCodes.success : exitCodes.negative;
}

/** The store that the worker puts this site's evidence into: comparing with another would name everything as missing. */
async function storeInUse(persistence: Persistence, site: string, data: string): Promise<StoreSetting> {
  const standing = await persistence.objectRecords.standing(site);
  if (!standing)
    throw new CommandError(
      'no evidence was ever stored as objects',
      'Set OBJECTS_STORE for the worker, see docs/evidence/objects.md, and wait a minute.',
      exitCodes.unavailable,
    );
  const { name, level } = standing.store;
  const settings = storageSchema.parse({
    ...objectSettingsOf(data, process.env),
    // As it was found out by who stores: a stronger level would be missed on every object.
    OBJECTS_IMMUTABLE: level === 'immutable' ? '1' : '0',
  });
  const secrets = process.env['MALACHOR_SECRETS_DIR'] ?? join(data, 'secrets');
  const setting = storeSetting(settings, secrets);
  if (setting?.name === name) return setting;
  throw new CommandError(
    `evidence is stored in ${name}, and ${setting?.name ?? 'no store'} is set here`,
    'Set the variables OBJECTS_… as the worker has them.',
    exitCodes.usage,
  );
}

async function walk(
  persistence: Persistence,
  store: StoreSetting,
  site: string,
): Promise<ReconciliationReport> {
  const activities = createStorageActivities({
    store,
    records: persistence.objectRecords,
    ledger: persistence.ledger,
    checkpointKeys: () => checkpointKeys(persistence.signingKeys),
    cryptography: nodeCryptography,
    now: () => new Date(),
    // All of it is in the report.
    log: { info: () => undefined, error: () => undefined },
  });
  try {
    let step = await activities.reconcileNext({ site });
    while ('walk' in step) step = await activities.reconcileNext({ site, walk: step.walk });
    if (step.report) return step.report;
    throw new Error('unreachable: the site is enrolled');
  } catch (error) {
    const failure = storeFailure(error);
    if (!failure) throw error;
    throw new CommandError(failure.message, failure.nextStep, exitCodes.unavailable, { cause: error });
  }
}

function describe(report: ReconciliationReport): string {
  const { site, ledger, objects, counts, differences, restored, removed } = report;
  const found = differencesIn(counts);
  const lines = differences.map(({ kind, key }) => `  ${kind.padEnd(19)}  ${key}`);
  const more = found - differences.length;
  return [
    ledger.verified
      ? `The ledger of ${site} is whole: ${String(ledger.entries)} entries under a signed checkpoint`
      : `The ledger of ${site} is damaged (${ledger.code}): nothing was put again or removed by it`,
    `${String(objects)} objects in ${report.store}; ${String(found)} differences, ${String(remainingDifferences(report))} remain`,
    ...lines,
    ...(more > 0 ? [`  and ${String(more)} more`] : []),
    `${String(restored)} put again, ${String(removed)} removed because their time was over`,
    '',
  ].join('\n');
}
