import { proxyActivities, proxyLocalActivities, type ActivityOptions } from '@temporalio/workflow';
import type {
  GuardActivities,
  PlanningActivities,
  RecordActivities,
  TriageActivities,
} from '../../contracts/central-activities.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { SiteActivities } from '../../contracts/site-activities.ts';
import * as options from './activity-options.ts';

/** Central decisions run as local activities: as durable as others, without a round trip through a task queue each. */
export const { matchRule } = proxyLocalActivities<TriageActivities>(options.decision);
export const { passGuard, settleRun, signRollback, checkProposal } = proxyLocalActivities<GuardActivities>(
  options.decision,
);
export const { projectIncident, recordIncident } = proxyLocalActivities<RecordActivities>(options.record);

export const { planRemediation } = proxyActivities<PlanningActivities>(options.plan);

/** Activities that an appliance of `site` carries out. */
export function atSite(site: string, activityOptions: ActivityOptions): SiteActivities {
  return proxyActivities<SiteActivities>({ ...activityOptions, taskQueue: siteTaskQueue(site) });
}
