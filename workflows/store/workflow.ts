import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { heartbeatTimeoutMs } from '../../contracts/heartbeat.ts';
import type { ApplyWalk, StorageActivities } from '../../activities/storage/storage-activities.ts';
import type { StorageWork } from '../../domain/retention/site-storage.ts';

/** Input of the workflow `store`: empty, unless it continues itself. */
export interface StoreInput {
  /** What is left to do, site by site. */
  work?: StorageWork[];
  /** How far plan and hold have come to the objects of the first of them. */
  walk?: ApplyWalk;
  stored?: number;
}

// A store may be full, away or refuse us for as long as it takes people to mend it. Nothing is lost meanwhile: the ledger has it.
const { listStorageWork, storeNext, applyNext } = proxyActivities<StorageActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: heartbeatTimeoutMs,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2m' },
});

/**
 * Puts what ledgers have and the store has not, in order, and brings changes of plan and hold to what is there. Each site has all
 * it waits for before the next one has its turn. Resolves to the number of entries put.
 */
export async function store(input: StoreInput): Promise<{ stored: number }> {
  const work = input.work ?? (await listStorageWork()).work;
  let stored = input.stored ?? 0;
  let walk = input.walk;
  for (const [index, { site, put, apply }] of work.entries()) {
    const left = work.slice(index);
    for (let hasMore = put && walk === undefined; hasMore;) {
      const done = await storeNext({ site });
      stored += done.stored;
      ({ hasMore } = done);
      if (isLong()) await continueAsNew<typeof store>({ work: left, stored });
    }
    for (let goesOn = apply; goesOn;) {
      ({ walk } = await applyNext({ site, ...(walk && { walk }) }));
      goesOn = walk !== undefined;
      if (walk && isLong()) await continueAsNew<typeof store>({ work: left, walk, stored });
    }
  }
  return { stored };
}

function isLong(): boolean {
  return workflowInfo().historyLength > 1_500;
}
