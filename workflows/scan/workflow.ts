import { patched, proxyActivities } from '@temporalio/workflow';
import type { IntakeActivities } from '../../contracts/central-activities.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { ScanInput, SiteActivities } from '../../contracts/site-activities.ts';

/** What a scan found. */
export interface ScanResult {
  hosts: number;
  checks: number;
  drifts: number;
  cleared: number;
}

/** Scans bring the site's settings of its checks since this patch. */
const siteSettings = '2026-11-27-site-settings';

const { readSiteSettings, reportObservations } = proxyActivities<IntakeActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** One scan of a site by its settings: the appliance reads its hosts, and each drift is handed to its incident. */
export async function scan(input: ScanInput): Promise<ScanResult> {
  const appliance = proxyActivities<SiteActivities>({
    taskQueue: siteTaskQueue(input.site),
    scheduleToStartTimeout: '10m',
    startToCloseTimeout: '15m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 5 },
  });
  const { settings } = patched(siteSettings) ? await readSiteSettings({ site: input.site }) : input;
  const report = await appliance.scanHosts({ ...input, ...(settings === undefined ? {} : { settings }) });
  const { observations, hosts } = report;
  const { drifts, cleared } = await reportObservations({ observations, hosts });
  return { hosts: report.hosts.length, checks: report.observations.length, drifts, cleared };
}
