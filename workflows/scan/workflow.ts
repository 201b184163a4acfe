import {
  ActivityFailure,
  isCancellation,
  patched,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { IntakeActivities } from '../../contracts/central-activities.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { ScanInput, ScanPageName, SiteActivities } from '../../contracts/site-activities.ts';
import { fetchEvidence } from '../evidence/fetch-evidence.ts';

/** What a scan found. */
export interface ScanResult {
  hosts: number;
  checks: number;
  drifts: number;
  cleared: number;
}

/** Scans bring the site's settings of its checks since this patch. */
const siteSettings = '2026-11-27-site-settings';
/** The appliance puts each page on record, signed, since this patch. */
const onRecord = '2026-11-27-scans-on-record';

/** When the schedule that started the workflow meant to; Temporal's own. */
const scheduledStart = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

const { readSiteSettings, reportObservations } = proxyActivities<IntakeActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * One scan of a site by its settings: the appliance reads its hosts and puts on record what it found, and each drift is handed to
 * its incident.
 */
export async function scan(input: ScanInput): Promise<ScanResult> {
  const appliance = proxyActivities<SiteActivities>({
    taskQueue: siteTaskQueue(input.site),
    scheduleToStartTimeout: '10m',
    startToCloseTimeout: '15m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
  });
  const { settings } = patched(siteSettings) ? await readSiteSettings({ site: input.site }) : input;
  const found: ScanResult = { hosts: 0, checks: 0, drifts: 0, cleared: 0 };
  const isOnRecord = patched(onRecord);
  let from: string | undefined;
  let number = 0;
  do {
    const page = {
      ...(settings === undefined ? {} : { settings }),
      ...(from === undefined ? {} : { from }),
      ...(isOnRecord && { onRecord: pageName(number++) }),
    };
    const { observations, hosts, next } = await appliance.scanHosts({ ...input, ...page });
    const isPart = next !== undefined;
    const { drifts, cleared } = await reportObservations({ observations, hosts, ...(isPart && { isPart }) });
    found.hosts += hosts.length;
    found.checks += observations.length;
    found.drifts += drifts;
    found.cleared += cleared;
    from = next;
  } while (from !== undefined);
  if (isOnRecord) await fetchRecords(input.site);
  return found;
}

function pageName(page: number): ScanPageName {
  const { workflowId, runId, typedSearchAttributes } = workflowInfo();
  const scheduledAt = typedSearchAttributes.get(scheduledStart)?.toISOString();
  return { scan: `${workflowId}/${runId}`, page, ...(scheduledAt === undefined ? {} : { scheduledAt }) };
}

/** The records are safe with the appliance: where it went away they come with a later fetch. */
async function fetchRecords(site: string): Promise<void> {
  try {
    await fetchEvidence(site);
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  }
}
