import { ApiProblem } from '../../http/api-problem.ts';
import type { SiteReader } from './site-ports.ts';

/** Rejects with ApiProblem `site_not_found` where the site is not enrolled. */
export async function requireSite(sites: SiteReader, site: string): Promise<void> {
  const known = await sites.listSites();
  if (known.some(({ id }) => id === site)) return;
  throw new ApiProblem('site_not_found', `Site ${site} is not enrolled: see /api/sites.`);
}
