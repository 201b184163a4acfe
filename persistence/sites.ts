import type { DataSource } from 'typeorm';
import type { HostOs } from '../contracts/observation.ts';
import { sitePolicySchema, type SitePolicy } from '../contracts/site-policy.ts';
import { hostEntity, siteEntity, type HostRow } from './entities/entities.ts';
import { siteUnknown } from './persistence-error.ts';
import { acrossSites, inSite, query } from './scope.ts';

/** An enrolled practice location. */
export interface Site {
  id: string;
  name: string;
  enrolledAt: string;
}

/** A host as its site knows it. */
export interface Host {
  site: string;
  id: string;
  os: HostOs;
  firstSeenAt: string;
  /** When it last answered; absent while it never did. */
  lastSeenAt?: string;
  /** The baseline it is held to; absent until its appliance said so. */
  baseline?: string;
}

/** One look at a host. */
export interface HostSighting {
  id: string;
  os: HostOs;
  /** Whether the host answered. */
  isReachable: boolean;
  at: string;
  /** The baseline it is held to, where that was said. */
  baseline?: string;
}

/** Sites, their policies and their hosts. Rejects with PersistenceError. */
export interface Sites {
  /**
   * Enrols a site with an empty ledger, or gives an enrolled one a new name and policy. What its people have set of
   * checks stays theirs: only a change on record changes it.
   */
  enrolSite(site: { id: string; name: string; policy: SitePolicy }): Promise<void>;
  listSites(): Promise<Site[]>;
  /** The site's policy as it is now; `site_unknown` where it is not enrolled. */
  policyOf(site: string): Promise<SitePolicy>;
  /** Adds hosts and notes when they answered. An older sighting changes nothing. */
  registerHosts(site: string, sightings: HostSighting[]): Promise<void>;
  /** Hosts of one site, or of all, by site and id. */
  listHosts(site?: string): Promise<Host[]>;
  hostCount(site: string): Promise<number>;
}

export function createSites(dataSource: DataSource): Sites {
  return {
    enrolSite: ({ id, name, policy }) =>
      inSite(dataSource, id, async (manager) => {
        await manager.query(
          `insert into site (id, name, policy) values ($1, $2, $3)
           on conflict (id) do update set name = excluded.name, policy = excluded.policy
             || jsonb_build_object('checks', coalesce(site.policy -> 'checks', excluded.policy -> 'checks'))`,
          [id, name, JSON.stringify(sitePolicySchema.parse(policy))],
        );
        await manager.query('insert into ledger_head (site) values ($1) on conflict do nothing', [id]);
      }),

    listSites: () =>
      acrossSites(dataSource, async (manager) => {
        const rows = await manager.find(siteEntity, { order: { id: 'asc' } });
        return rows.map(({ id, name, enrolledAt }) => ({ id, name, enrolledAt: enrolledAt.toISOString() }));
      }),

    policyOf: async (site) => {
      const [row] = await query<{ policy: unknown }>(dataSource, 'select site_policy($1) as policy', [site]);
      if (!row?.policy) throw siteUnknown(site);
      return sitePolicySchema.parse(row.policy);
    },

    registerHosts: (site, sightings) =>
      inSite(dataSource, site, async (manager) => {
        const known = newestByHost(sightings);
        if (known.length === 0) return;
        await manager.query(
          `insert into host as known (site, id, os_family, os_id, os_version, first_seen_at, last_seen_at, baseline)
           select $1, given.id, given.family, given.os, given.version, given.at,
             case when given.reachable then given.at end, given.baseline
           from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[], $8::text[])
             as given (id, family, os, version, at, reachable, baseline)
           on conflict (site, id) do update set
             os_family = excluded.os_family, os_id = excluded.os_id, os_version = excluded.os_version,
             last_seen_at = excluded.last_seen_at, baseline = coalesce(excluded.baseline, known.baseline)
           where excluded.last_seen_at > coalesce(known.last_seen_at, '-infinity')`,
          [
            site,
            known.map(({ id }) => id),
            known.map(({ os }) => os.family),
            known.map(({ os }) => os.id),
            known.map(({ os }) => os.version),
            known.map(({ at }) => at),
            known.map(({ isReachable }) => isReachable),
            known.map(({ baseline }) => baseline ?? null),
          ],
        );
      }),

    listHosts: (site) => {
      const order = { site: 'asc', id: 'asc' } as const;
      if (site === undefined) {
        return acrossSites(dataSource, async (manager) =>
          (await manager.find(hostEntity, { order })).map(hostOf),
        );
      }
      return inSite(dataSource, site, async (manager) =>
        (await manager.find(hostEntity, { where: { site }, order })).map(hostOf),
      );
    },

    hostCount: (site) => inSite(dataSource, site, (manager) => manager.countBy(hostEntity, { site })),
  };
}

/** One sighting a host, sorted so that two scans take row locks in the same order. */
function newestByHost(sightings: HostSighting[]): HostSighting[] {
  const newest = new Map<string, HostSighting>();
  for (const sighting of sightings) {
    const known = newest.get(sighting.id);
    const isBetter =
      !known ||
      (sighting.isReachable && !known.isReachable) ||
      (sighting.isReachable === known.isReachable && Date.parse(sighting.at) > Date.parse(known.at));
    if (isBetter) newest.set(sighting.id, sighting);
  }
  return [...newest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function hostOf(row: HostRow): Host {
  return {
    site: row.site,
    id: row.id,
    os: { family: row.osFamily, id: row.osId, version: row.osVersion },
    firstSeenAt: row.firstSeenAt.toISOString(),
    ...(row.lastSeenAt && { lastSeenAt: row.lastSeenAt.toISOString() }),
    ...(row.baseline !== null && { baseline: row.baseline }),
  };
}
