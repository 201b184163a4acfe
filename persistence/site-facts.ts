import type { SiteFacts } from '../domain/score/site-evidence.ts';
import type { CheckResults } from './check-results.ts';
import type { Incidents } from './incidents.ts';
import type { Sites } from './sites.ts';

/** What a site's score and the effect of its settings are computed from. Rejects with PersistenceError. */
export interface SiteFactsReader {
  /** Everything that is stored of a site and counts; `site_unknown` where it is not enrolled. */
  read(site: string): Promise<SiteFacts>;
}

export function createSiteFacts(
  sites: Sites,
  incidents: Incidents,
  checkResults: CheckResults,
): SiteFactsReader {
  return {
    read: async (site) => {
      const [policy, hosts, results, risks] = await Promise.all([
        sites.policyOf(site),
        sites.listHosts(site),
        checkResults.list(site),
        incidents.acceptedRisks(site),
      ]);
      const accepted = risks.flatMap(({ host, check, acceptedRisk }) =>
        acceptedRisk ? [{ host, check, expiresAt: acceptedRisk.expiresAt }] : [],
      );
      return { site, hosts, results, overrides: policy.checks, accepted };
    },
  };
}
