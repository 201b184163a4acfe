import type { Observation } from '../contracts/observation.ts';
import type { SiteFacts } from '../domain/score/site-evidence.ts';
import type { CheckResults } from './check-results.ts';
import type { Incidents } from './incidents.ts';
import type { Sites } from './sites.ts';

/** What a site's score and the effect of its settings are computed from. Rejects with PersistenceError. */
export interface SiteFactsReader {
  /**
   * Everything that is stored of a site and counts; `site_unknown` where it is not enrolled. A verified heal counts from
   * the moment it was verified, before a scan has seen it.
   */
  read(site: string): Promise<SiteFacts>;
}

export function createSiteFacts(
  sites: Sites,
  incidents: Incidents,
  checkResults: CheckResults,
): SiteFactsReader {
  return {
    read: async (site) => {
      const [policy, hosts, results, heals, risks] = await Promise.all([
        sites.policyOf(site),
        sites.listHosts(site),
        checkResults.list(site),
        incidents.verifiedHeals(site),
        incidents.acceptedRisks(site),
      ]);
      const accepted = risks.flatMap(({ host, check, acceptedRisk }) =>
        acceptedRisk ? [{ host, check, expiresAt: acceptedRisk.expiresAt }] : [],
      );
      return { site, hosts, results: latestOf(results, heals), overrides: policy.checks, accepted };
    },
  };
}

/** The results, each replaced by what was seen after a heal that came later. */
function latestOf(results: readonly Observation[], heals: readonly Observation[]): Observation[] {
  return results.map((result) => {
    const heal = heals.find(({ host, check }) => host === result.host && check === result.check);
    return heal && Date.parse(heal.observedAt) > Date.parse(result.observedAt) ? heal : result;
  });
}
