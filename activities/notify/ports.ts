import type { Notification } from '../../contracts/central-activities.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';

/** A way to reach people. */
export interface NotificationChannel {
  /** As the delivery log names it: `webhook`. */
  name: string;
  /** Resolves once the receiver has it; rejects otherwise. Sending the same notification twice must do no harm. */
  send(notification: Notification): Promise<void>;
}

/** One line of the delivery log: a try, and how it ended. */
export interface Delivery {
  notificationId: string;
  kind: Notification['kind'];
  site: string;
  incident: string;
  /** Channel name; `none` where the site has none. */
  channel: string;
  status: 'delivered' | 'failed' | 'no_channel';
  /** Where it failed: the code, and a sentence without secrets. */
  detail?: string;
  /** ISO 8601, UTC. */
  at: string;
}

export interface DeliveryLog {
  /** Appends; every try is a line of its own. */
  record: (delivery: Delivery) => Promise<void>;
}

export interface PolicyReader {
  policyOf: (site: string) => Promise<SitePolicy>;
}
