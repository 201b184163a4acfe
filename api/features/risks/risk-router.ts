import { formatIncidentRef } from '../../../contracts/api/incident-ref.ts';
import { listAcceptedRisks, type ApiAcceptedRisk } from '../../../contracts/api/risks.ts';
import type { Story } from '../../../contracts/story.ts';
import type { Mount } from '../../http/mount.ts';
import { requireSite } from '../sites/require-site.ts';
import type { SiteReader } from '../sites/site-ports.ts';

export interface RiskReader {
  /** Stories of the site's incidents whose risk is accepted, by host and check. */
  acceptedRisks(site: string): Promise<Story[]>;
}

export function mountRisks(mount: Mount, sites: SiteReader, risks: RiskReader): void {
  mount(listAcceptedRisks, async ({ params: { site } }) => {
    await requireSite(sites, site);
    return { body: { items: (await risks.acceptedRisks(site)).flatMap(shownRisk) } };
  });
}

/** None where the risk was accepted by one person, as it was once possible. */
function shownRisk(story: Story): ApiAcceptedRisk[] {
  const { host, check, title, severity, latest, acceptedRisk } = story;
  if (!acceptedRisk) return [];
  const { signers, ...risk } = acceptedRisk;
  return [
    {
      incident: formatIncidentRef(story),
      ...{ host, check, title, severity, status: latest.status, message: latest.message },
      ...risk,
      lastSeenAt: latest.observedAt,
      signers: signers.map(({ actor, at, request }) => ({ actor, at, reason: request.note ?? '' })),
    },
  ];
}
