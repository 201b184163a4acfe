import { DataSource } from 'typeorm';
import { applicationRole } from './data-source.ts';
import { FirstTables1795400000000 } from './migrations/1795400000000-first-tables.ts';
import { CheckResults1795800000000 } from './migrations/1795800000000-check-results.ts';
import { RunsBeside1795900000000 } from './migrations/1795900000000-runs-beside.ts';
import { FasterLedger1796000000000 } from './migrations/1796000000000-faster-ledger.ts';
import { Anchors1796100000000 } from './migrations/1796100000000-anchors.ts';
import { KeyEnds1796200000000 } from './migrations/1796200000000-key-ends.ts';
import { EntryDisclosures1796300000000 } from './migrations/1796300000000-entry-disclosures.ts';
import { SiteKeys1796350000000 } from './migrations/1796350000000-site-keys.ts';
import { ObjectStores1796400000000 } from './migrations/1796400000000-object-stores.ts';
import { Cosignatures1796450000000 } from './migrations/1796450000000-cosignatures.ts';
import { Completeness1796500000000 } from './migrations/1796500000000-completeness.ts';
import { OnceInABatch1796600000000 } from './migrations/1796600000000-once-in-a-batch.ts';
import { AppendsAtConstantCost1796600000001 } from './migrations/1796600000001-appends-at-constant-cost.ts';

const migrations = [
  FirstTables1795400000000,
  CheckResults1795800000000,
  RunsBeside1795900000000,
  FasterLedger1796000000000,
  Anchors1796100000000,
  KeyEnds1796200000000,
  EntryDisclosures1796300000000,
  SiteKeys1796350000000,
  ObjectStores1796400000000,
  Cosignatures1796450000000,
  Completeness1796500000000,
  OnceInABatch1796600000000,
  AppendsAtConstantCost1796600000001,
] as const;

/** Names of all migrations, oldest first. */
export const migrationNames = migrations.map(({ name }) => name);

/** Any number, the same in every process that migrates. */
const migrationLock = 7_140_533;

/**
 * Brings the database at `ownerUrl` to the newest tables and returns the names of the migrations that were run. Of
 * several processes one migrates while the others wait for it. Each migration is one transaction.
 *
 * The application role is made where it is missing and the login may make roles; otherwise the error says how.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  return asOwner(ownerUrl, async (dataSource) => {
    await ensureApplicationRole(dataSource);
    const run = await dataSource.runMigrations({ transaction: 'each' });
    return run.map(({ name }) => name);
  });
}

/** Takes back the newest migrations, one by default; refused where that would lose what must be kept. */
export async function revertLastMigrations(ownerUrl: string, count = 1): Promise<void> {
  await asOwner(ownerUrl, async (dataSource) => {
    for (let left = count; left > 0; left -= 1) await dataSource.undoLastMigration({ transaction: 'each' });
  });
}

async function asOwner<T>(ownerUrl: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [...migrations],
    migrationsTableName: 'migration',
    synchronize: false,
    installExtensions: false,
    poolSize: 2,
    applicationName: 'malachor-migrate',
    connectTimeoutMS: 10_000,
  }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [migrationLock]);
    return await work(dataSource);
  } finally {
    // Ends the session and with it the lock.
    await lock.release();
    await dataSource.destroy();
  }
}

async function ensureApplicationRole(dataSource: DataSource): Promise<void> {
  await dataSource.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${applicationRole}') then
        create role ${applicationRole} nologin nosuperuser nocreatedb nocreaterole nobypassrls;
      end if;
      if exists (select from pg_roles where rolname = '${applicationRole}' and (rolsuper or rolbypassrls)) then
        raise exception 'role ${applicationRole} passes by row-level security'
          using hint = 'Run: alter role ${applicationRole} nosuperuser nobypassrls';
      end if;
      if not pg_has_role(current_user, '${applicationRole}', 'member') then
        execute format('grant ${applicationRole} to %I', current_user);
      end if;
    end $$`);
}
