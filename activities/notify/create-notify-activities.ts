import { ApplicationFailure } from '@temporalio/common';
import type { Notification, NotifyActivities } from '../../contracts/central-activities.ts';
import { OutboundError, type OutboundErrorCode } from './outbound-post.ts';
import type { Delivery, DeliveryLog, NotificationChannel, PolicyReader } from './ports.ts';
import { createWebhookChannel } from './webhook-channel.ts';

export interface NotifyPorts {
  /** Channels of a site, in the order they are tried. */
  channelsFor: (site: string) => Promise<readonly NotificationChannel[]>;
  deliveries: DeliveryLog;
  clock: () => Date;
}

/** What trying again cannot mend: somebody has to change the settings first. */
const needsAPerson: readonly OutboundErrorCode[] = ['url_invalid', 'address_refused', 'redirect_refused'];

/**
 * Delivers to every channel of the site and logs each try. Where one fails the others are still tried; then it throws
 * an `ApplicationFailure` whose type is the code of the first failure, retryable unless only a person can mend it.
 * A retry sends to all channels again: receivers drop duplicates by the notification's id.
 */
export function createNotifyActivities({ channelsFor, deliveries, clock }: NotifyPorts): NotifyActivities {
  return {
    deliver: async ({ notification }) => {
      const channels = await channelsFor(notification.site);
      if (channels.length === 0) {
        await deliveries.record({ ...lineOf(notification, clock()), channel: 'none', status: 'no_channel' });
        return { channel: 'none', status: 'no_channel' };
      }
      const failures: { code: OutboundErrorCode | 'unexpected'; message: string }[] = [];
      for (const channel of channels) {
        const line = { ...lineOf(notification, clock()), channel: channel.name };
        const failure = await send(channel, notification);
        if (failure) failures.push(failure);
        await deliveries.record(
          failure
            ? { ...line, status: 'failed', detail: `${failure.code}: ${failure.message}` }
            : { ...line, status: 'delivered' },
        );
      }
      const [first] = failures;
      if (!first) return { channel: channels.map(({ name }) => name).join(','), status: 'delivered' };
      throw ApplicationFailure.create({
        type: first.code,
        message: first.message,
        nonRetryable: failures.every(({ code }) => needsAPerson.some((known) => known === code)),
      });
    },
  };
}

/** The site's webhook where its policy names one; `allowPrivate` is the installation's setting, not the site's. */
export function createWebhookChannels(settings: {
  policies: PolicyReader;
  /** Secret shared with the site's receiver. */
  secretOf: (site: string) => string | Uint8Array;
  allowPrivate: boolean;
  timeoutMs?: number;
  clock: () => Date;
}): NotifyPorts['channelsFor'] {
  const { policies, secretOf, allowPrivate, timeoutMs = 10_000, clock } = settings;
  return async (site) => {
    const { webhookUrl } = await policies.policyOf(site);
    if (webhookUrl === undefined) return [];
    return [
      createWebhookChannel({ url: webhookUrl, secret: secretOf(site), allowPrivate, timeoutMs, clock }),
    ];
  };
}

async function send(channel: NotificationChannel, notification: Notification) {
  try {
    await channel.send(notification);
    return undefined;
  } catch (error) {
    if (error instanceof OutboundError) return { code: error.code, message: error.message };
    // An unknown error's own text may hold the URL.
    return {
      code: 'unexpected' as const,
      message: `The channel ${channel.name} failed for an unknown reason.`,
    };
  }
}

function lineOf(notification: Notification, at: Date): Omit<Delivery, 'channel' | 'status'> {
  return {
    notificationId: notification.id,
    kind: notification.kind,
    site: notification.site,
    incident: notification.incident,
    at: at.toISOString(),
  };
}
