import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { heartbeatTimeoutMs } from '../../contracts/heartbeat.ts';
import type { StorageActivities } from '../../activities/storage/storage-activities.ts';
import { isAtOne, type ReconciliationWalk } from '../../domain/retention/reconciliation.ts';

/** Input of the workflow `reconcile`: empty for all sites. */
export interface ReconcileInput {
  /** Sites that are left. */
  sites?: string[];
  /** How far the first of them has been compared. */
  walk?: ReconciliationWalk;
  differing?: string[];
}

// The reports are in the database and in the log: what people do about them does not depend on this workflow.
const { listLedgers, reconcileNext } = proxyActivities<StorageActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: heartbeatTimeoutMs,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** Compares ledger and object store of every site, one after the other. Resolves to the sites where they are not at one. */
export async function reconcile(input: ReconcileInput): Promise<{ differing: string[] }> {
  const sites = input.sites ?? (await listLedgers()).sites;
  const differing = input.differing ?? [];
  let walk = input.walk;
  for (const [index, site] of sites.entries()) {
    for (;;) {
      const step = await reconcileNext({ site, ...(walk && { walk }) });
      if ('report' in step) {
        if (step.report && !isAtOne(step.report)) differing.push(site);
        break;
      }
      walk = step.walk;
      if (isLong()) await continueAsNew<typeof reconcile>({ sites: sites.slice(index), walk, differing });
    }
    walk = undefined;
  }
  return { differing };
}

/** A walk travels with every call, so that the history is long in bytes before it is in events. */
function isLong(): boolean {
  const { historyLength, historySize } = workflowInfo();
  return historyLength > 500 || historySize > 4_000_000;
}
