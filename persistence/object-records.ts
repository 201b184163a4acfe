import type { DataSource, EntityManager } from 'typeorm';
import type { ReconciliationReport } from '../domain/retention/reconciliation.ts';
import type { SiteRetention, SiteStorage } from '../domain/retention/site-storage.ts';
import {
  checkpointOf,
  type CheckpointRow,
  type KeptCheckpoint,
  type ObjectStoreRecord,
  selectStates,
  sizeOf,
  stateOf,
  type StateRow,
  storeOf,
  type StoreRow,
} from './object-record-rows.ts';
import { acrossSites, inSite, query } from './scope.ts';

/** What keeps one site's evidence from its store, or lies there in its place. */
export interface StorageProblem {
  code: string;
  message: string;
  /** ISO 8601. */
  at: string;
}

/** All that a site's summary says of its store. */
export interface StorageStanding {
  state: SiteStorage;
  store: ObjectStoreRecord;
  problem?: StorageProblem;
  /** When the first entry that waits was recorded. */
  waitingSince?: string;
  hold?: { reason: string; actor: string; at: string };
  latest?: ReconciliationReport;
}

/** How far which evidence is in which store. Rejects with PersistenceError. */
export interface ObjectRecords {
  /** Notes that this store is the one in use. What is known of its failures stays. */
  enterStore(store: Omit<ObjectStoreRecord, 'failure'>, at: string): Promise<void>;
  /** Notes why the newest try failed, or that it did not. The time of the first failure of a row of them stays. */
  noteFailure(store: string, failure: ObjectStoreRecord['failure']): Promise<void>;
  /** Where every site's ledger and this store stand, by site. */
  states(store: string): Promise<SiteStorage[]>;
  /** The same of one site; undefined where it is not enrolled. */
  state(site: string, store: string): Promise<SiteStorage | undefined>;
  /** Notes that so much is stored; what is stored already stays. `state` is what the objects were put by. */
  advance(
    state: SiteRetention & { site: string },
    store: string,
    stored: { entries?: number; checkpointSize?: number; at: string },
  ): Promise<void>;
  /** Notes that all objects are in line with the plan and hold of `state`. */
  markApplied(state: SiteRetention & { site: string }, store: string, at: string): Promise<void>;
  /** Notes or clears the site's problem with its store. */
  noteProblem(site: string, store: string, problem: StorageProblem | undefined): Promise<void>;
  /** The newest signed checkpoint, kept to be put; the first one of a size stays. Undefined while there is none. */
  keepNewestCheckpoint(site: string, at: string): Promise<KeptCheckpoint | undefined>;
  /** Kept checkpoints of more than `afterSize` entries, by size. */
  checkpoints(site: string, afterSize: number, limit: number): Promise<KeptCheckpoint[]>;
  /** Keeps a report. Idempotent by site, store and start. */
  keepReport(report: ReconciliationReport): Promise<void>;
  /** Of the store in use now; undefined where there is none, or the site is not enrolled. */
  standing(site: string): Promise<StorageStanding | undefined>;
}

export function createObjectRecords(dataSource: DataSource): ObjectRecords {
  const stateIn = async (manager: EntityManager, site: string, store: string) => {
    const [row] = await manager.query<StateRow[]>(`${selectStates} where head.site = $2`, [store, site]);
    return row && stateOf(row);
  };
  return {
    enterStore: async ({ name, kind, level, canHold }, at) => {
      await query(
        dataSource,
        `insert into object_store as known (name, kind, level, can_hold, seen_at) values ($1, $2, $3, $4, $5)
         on conflict (name) do update set level = coalesce(excluded.level, known.level),
           can_hold = excluded.can_hold, seen_at = excluded.seen_at`,
        [name, kind, level ?? null, canHold, at],
      );
    },

    noteFailure: async (store, failure) => {
      const { since, ...said } = failure ?? {};
      await query(
        dataSource,
        `update object_store set failure = $2, failing_since = case when $2::jsonb is not null then coalesce(failing_since, $3) end
         where name = $1 and (failure is not null or $2::jsonb is not null)`,
        [store, failure ? JSON.stringify(said) : null, since ?? null],
      );
    },

    states: (store) =>
      acrossSites(dataSource, async (manager) => {
        const rows = await manager.query<StateRow[]>(`${selectStates} order by head.site`, [store]);
        return rows.map(stateOf);
      }),

    state: (site, store) => inSite(dataSource, site, (manager) => stateIn(manager, site, store)),

    advance: ({ site, plan, hold }, store, { entries = 0, checkpointSize = 0, at }) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `insert into stored_ledger as known
             (site, store, entries, checkpoint_size, applied_plan, applied_hold, applied_at, stored_at)
           values ($1, $2, $3, $4, $5, $6, $7, $7)
           on conflict (site, store) do update set stored_at = excluded.stored_at,
             entries = greatest(known.entries, excluded.entries),
             checkpoint_size = greatest(known.checkpoint_size, excluded.checkpoint_size)`,
          [site, store, entries, checkpointSize, plan, hold?.id ?? null, at],
        );
      }),

    markApplied: ({ site, plan, hold }, store, at) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `update stored_ledger set applied_plan = $3, applied_hold = $4, applied_at = $5
           where site = $1 and store = $2`,
          [site, store, plan, hold?.id ?? null, at],
        );
      }),

    noteProblem: (site, store, problem) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query('update stored_ledger set problem = $3 where site = $1 and store = $2', [
          site,
          store,
          problem ? JSON.stringify(problem) : null,
        ]);
      }),

    keepNewestCheckpoint: (site, at) =>
      inSite(dataSource, site, async (manager) => {
        const [head] = await manager.query<{ checkpoint: string | null }[]>(
          'select checkpoint from ledger_head where site = $1',
          [site],
        );
        const size = sizeOf(head?.checkpoint ?? null);
        if (size === 0) return undefined;
        await manager.query(
          `insert into stored_checkpoint (site, size, checkpoint, recorded_at) values ($1, $2, $3, $4)
           on conflict do nothing`,
          [site, size, head?.checkpoint, at],
        );
        const [row] = await manager.query<CheckpointRow[]>(
          'select size, checkpoint, recorded_at from stored_checkpoint where site = $1 and size = $2',
          [site, size],
        );
        return row && checkpointOf(row);
      }),

    checkpoints: (site, afterSize, limit) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<CheckpointRow[]>(
          `select size, checkpoint, recorded_at from stored_checkpoint
           where site = $1 and size > $2 order by size limit $3`,
          [site, afterSize, limit],
        );
        return rows.map(checkpointOf);
      }),

    keepReport: (report) =>
      inSite(dataSource, report.site, async (manager) => {
        await manager.query(
          `insert into reconciliation (site, store, started_at, report) values ($1, $2, $3, $4)
           on conflict do nothing`,
          [report.site, report.store, report.startedAt, JSON.stringify(report)],
        );
      }),

    standing: (site) =>
      inSite(dataSource, site, async (manager) => {
        const [row] = await manager.query<StoreRow[]>(
          'select name, kind, level, can_hold, failing_since, failure from object_store order by seen_at desc limit 1',
        );
        const state = row && (await stateIn(manager, site, row.name));
        return state && standingOf(manager, state, storeOf(row));
      }),
  };
}

async function standingOf(
  manager: EntityManager,
  state: SiteStorage,
  store: ObjectStoreRecord,
): Promise<StorageStanding> {
  const { site, storedEntries } = state;
  const [row] = await manager.query<
    {
      problem: StorageProblem | null;
      waiting_since: Date | null;
      report: ReconciliationReport | null;
      hold: { reason: string; actor: string; at: string } | null;
    }[]
  >(
    `select (select problem from stored_ledger where site = $1 and store = $2) as problem,
       (select recorded_at from ledger_entry where site = $1 and seq = $3) as waiting_since,
       (select report from reconciliation where site = $1 and store = $2 order by started_at desc limit 1) as report,
       (select case when is_on then json_build_object('reason', reason, 'actor', actor, 'at', at) end
        from legal_hold where site = $1 order by id desc limit 1) as hold`,
    [site, store.name, storedEntries],
  );
  return {
    state,
    store,
    ...(row?.problem && { problem: row.problem }),
    ...(row?.waiting_since && { waitingSince: row.waiting_since.toISOString() }),
    ...(row?.hold && { hold: { ...row.hold, at: new Date(row.hold.at).toISOString() } }),
    ...(row?.report && { latest: row.report }),
  };
}
