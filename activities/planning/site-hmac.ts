import { createHmac, hkdfSync } from 'node:crypto';
import type { Hmac } from '../../domain/phi/scrub.ts';

/**
 * Keyed hashes for PHI tokens: HMAC-SHA256, hex, with a key for each site derived from `master` by HKDF-SHA256
 * (RFC 5869), so that equal tokens at two sites say nothing.
 */
export function createSiteHmac(master: Uint8Array): (site: string) => Hmac {
  const keys = new Map<string, Buffer>();
  return (site) => {
    const key =
      keys.get(site) ?? Buffer.from(hkdfSync('sha256', master, '', `malachor/phi-token/v1/${site}`, 32));
    keys.set(site, key);
    return (text) => createHmac('sha256', key).update(text).digest('hex');
  };
}
