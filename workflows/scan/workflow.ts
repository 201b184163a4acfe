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
  const found: ScanResult = { hosts: 0, checks: 0, drifts: 0, cleared: 0 };
  let from: string | undefined;
  do {
    const page = { ...(settings === undefined ? {} : { settings }), ...(from === undefined ? {} : { from }) };
    const { observations, hosts, next } = await appliance.scanHosts({ ...input, ...page });
    const isPart = next !== undefined;
    const { drifts, cleared } = await reportObservations({ observations, hosts, ...(isPart && { isPart }) });
    found.hosts += hosts.length;
    found.checks += observations.length;
    found.drifts += drifts;
    found.cleared += cleared;
    from = next;
  } while (from !== undefined);
  return found;
}
