import { proxyActivities } from '@temporalio/workflow';
import type { EvidenceIntakeActivities } from '../../contracts/central-activities.ts';
import type { SettledRecord } from '../../contracts/evidence-record.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { SiteActivities } from '../../contracts/site-activities.ts';

const { takeEvidence } = proxyActivities<EvidenceIntakeActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** What was put into the ledger, and what was refused. */
export interface FetchedEvidence {
  taken: number;
  refused: number;
}

/** After so many rounds the rest waits for the next fetch, so that a history stays short. */
const maxRounds = 50;

/**
 * Puts what the site's appliance signed into the ledger, the oldest first, and lets the appliance forget what is there. Rejects
 * where no appliance answers: its records wait.
 */
export async function fetchEvidence(site: string): Promise<FetchedEvidence> {
  const { handOverEvidence } = proxyActivities<SiteActivities>({
    taskQueue: siteTaskQueue(site),
    scheduleToStartTimeout: '60s',
    startToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
  });
  const fetched: FetchedEvidence = { taken: 0, refused: 0 };
  let settled: SettledRecord[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const { records } = await handOverEvidence({ site, settled });
    if (records.length === 0) return fetched;
    ({ settled } = await takeEvidence({ site, records }));
    for (const { outcome } of settled) fetched[outcome] += 1;
  }
  await handOverEvidence({ site, settled });
  return fetched;
}
