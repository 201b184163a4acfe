import { randomUUID } from 'node:crypto';
import { listSites, scanSite } from '../../../contracts/api/sites.ts';
import type { Mount } from '../../http/mount.ts';
import { withoutUndefined } from '../../http/without-undefined.ts';
import { requireSite } from './require-site.ts';
import type { ScanStarter, SiteReader } from './site-ports.ts';

export function mountSites(mount: Mount, sites: SiteReader, scans: ScanStarter): void {
  mount(listSites, async () => ({ body: { items: await sites.listSites() } }));

  mount(scanSite, async ({ params: { site }, body, idempotencyKey }) => {
    // A scan of an unknown site would wait for an appliance that never comes.
    await requireSite(sites, site);
    return { body: await scans.start({ site, ...withoutUndefined(body) }, idempotencyKey ?? randomUUID()) };
  });
}
