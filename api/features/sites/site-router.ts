import { randomUUID } from 'node:crypto';
import { listSites, scanSite } from '../../../contracts/api/sites.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import type { Mount } from '../../http/mount.ts';
import { withoutUndefined } from '../../http/without-undefined.ts';
import type { ScanStarter, SiteReader } from './site-ports.ts';

export function mountSites(mount: Mount, sites: SiteReader, scans: ScanStarter): void {
  mount(listSites, async () => ({ body: { items: await sites.listSites() } }));

  mount(scanSite, async ({ params: { site }, body, idempotencyKey }) => {
    const known = await sites.listSites();
    // A scan of an unknown site would wait for an appliance that never comes.
    if (!known.some(({ id }) => id === site)) throw siteNotFound(site);
    return { body: await scans.start({ site, ...withoutUndefined(body) }, idempotencyKey ?? randomUUID()) };
  });
}

function siteNotFound(site: string): ApiProblem {
  return new ApiProblem('site_not_found', `Site ${site} is not enrolled: see /api/sites.`);
}
