import { ActivityFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { EvidenceIntakeActivities } from '../../contracts/central-activities.ts';
import type { SettledRecord, SignedRecord } from '../../contracts/evidence-record.ts';
import { fetchEvidence, type FetchedEvidence } from './fetch-evidence.ts';

/** `absent`: no appliance of the site answered; what it signed meanwhile comes with a later fetch. */
export type CollectionResult = ({ kind: 'fetched' } & FetchedEvidence) | { kind: 'absent' };

/** Fetches what the site's appliance signed, heartbeats above all, between scans. */
export async function collectEvidence({ site }: { site: string }): Promise<CollectionResult> {
  try {
    return { kind: 'fetched', ...(await fetchEvidence(site)) };
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return { kind: 'absent' };
  }
}

const { takeEvidence } = proxyActivities<EvidenceIntakeActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5s', maximumAttempts: 5 },
});

/** Takes records that were sent to the API: it holds no key that could countersign them. */
export async function submitEvidence(input: {
  site: string;
  records: SignedRecord[];
}): Promise<{ settled: SettledRecord[] }> {
  return takeEvidence(input);
}
