import { storageWork } from '../../domain/retention/site-storage.ts';
import { applyNext } from './apply-next.ts';
import type { StorageContext, StorageDependencies } from './ports.ts';
import { reconcileNext } from './reconcile-next.ts';
import type { StorageActivities } from './storage-activities.ts';
import { storeFailure } from './store-failure.ts';
import { storeNext } from './store-next.ts';

/** Storage of evidence as objects (D3, D7). */
export function createStorageActivities(dependencies: StorageDependencies): StorageActivities {
  const { store, records, now } = dependencies;
  return {
    listStorageWork: async () => {
      if (!store) return { work: [] };
      const states = await records.states(store.name);
      const at = now().toISOString();
      const work = states.flatMap((state) => storageWork(state, at) ?? []);
      // With nothing to do the store is opened all the same, so that the summary says whether it works.
      if (work.length === 0) await withStore(dependencies, () => Promise.resolve());
      return { work };
    },
    storeNext: async ({ site }) =>
      (await withStore(dependencies, (context) => storeNext(site, context))) ?? { stored: 0, hasMore: false },
    applyNext: async ({ site, walk }) =>
      (await withStore(dependencies, (context) => applyNext(site, walk, context))) ?? {},
    listLedgers: async () => {
      if (!store) return { sites: [] };
      return { sites: (await records.states(store.name)).map(({ site }) => site) };
    },
    reconcileNext: async ({ site, walk }) =>
      (await withStore(dependencies, (context) => reconcileNext(site, walk, context))) ?? {
        report: undefined,
      },
  };
}

/**
 * Does `work` on the open store, and notes whether the store works or why it does not. Undefined where none is set up. Rejects
 * with what the store said, which changes with time or by an operator: worth another try either way.
 */
async function withStore<T>(
  dependencies: StorageDependencies,
  work: (context: StorageContext) => Promise<T>,
): Promise<T | undefined> {
  const { store, records, now, log } = dependencies;
  if (!store) return undefined;
  const { name, kind, canHold } = store;
  try {
    const open = await store.open();
    await records.enterStore({ name, kind, level: open.objects.level, canHold }, now().toISOString());
    const done = await work({ ...dependencies, ...open, store });
    await records.noteFailure(name, undefined);
    return done;
  } catch (error) {
    const failure = storeFailure(error);
    if (failure) {
      const { code, message, nextStep } = failure;
      const since = now().toISOString();
      await records.enterStore({ name, kind, canHold }, since);
      store.forget();
      await records.noteFailure(name, { code, message, nextStep, since });
      log.error({ store: name, code, nextStep }, message);
    }
    throw error;
  }
}
