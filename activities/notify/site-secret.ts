import { hkdfSync } from 'node:crypto';

/**
 * The secret that a site's webhook receiver shares with us: 32 bytes in base64url, derived from the installation's by
 * HKDF-SHA256 (RFC 5869), so that no site's receiver can forge another's notifications.
 */
export function deriveWebhookSecret(master: string, site: string): string {
  return Buffer.from(hkdfSync('sha256', master, '', `malachor/webhook/v1/${site}`, 32)).toString('base64url');
}
