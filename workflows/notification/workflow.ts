import { proxyActivities } from '@temporalio/workflow';
import type { Notification, NotifyActivities } from '../../contracts/central-activities.ts';

/** Result of a notification. */
export interface NotificationResult {
  channel: string;
  status: 'delivered' | 'no_channel';
}

/** Tried for a day: a channel that is down over night still gets it in the morning. */
const { deliver } = proxyActivities<NotifyActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '10m' },
});

/**
 * Delivers one notification. A workflow of its own, so that neither a person's answer nor the end of an incident waits
 * for a channel that is down, and so that the delivery outlives the incident.
 */
export async function notification(input: { notification: Notification }): Promise<NotificationResult> {
  return deliver(input);
}
