import type { NotificationChannel } from './ports.ts';
import { outboundPost, type OutboundOptions } from './outbound-post.ts';
import { signWebhook } from './webhook-signature.ts';

export interface WebhookOptions extends OutboundOptions {
  url: string;
  /** Shared with the receiver; see `verifyWebhook`. */
  secret: string | Uint8Array;
  clock: () => Date;
}

/**
 * Delivers by POST of the notification as JSON: headers `Malachor-Timestamp`, `Malachor-Signature` (see
 * `verifyWebhook`) and `Idempotency-Key`, which is the notification's id and the same at each try. Delivered means 2xx;
 * rejects with `OutboundError` otherwise.
 */
export function createWebhookChannel(options: WebhookOptions): NotificationChannel {
  return {
    name: 'webhook',
    send: async (notification) => {
      const body = JSON.stringify(notification);
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Malachor',
        'Idempotency-Key': notification.id,
        ...signWebhook(options.secret, body, options.clock()),
      };
      await outboundPost(options.url, headers, body, options);
    },
  };
}
