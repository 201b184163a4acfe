import type { DataSource, EntityManager } from 'typeorm';
import { parseIncidentWorkflowId, type IncidentKey } from '../contracts/ids.ts';
import type { Observation, Severity } from '../contracts/observation.ts';
import type { IncidentState, IncidentSummary, Resolution, Story, Tier } from '../contracts/story.ts';
import { incidentEntity, type IncidentRow } from './entities/entities.ts';
import { createGroupCommit } from './group-commit.ts';
import { decodeCursor, encodeCursor } from './incident-cursor.ts';
import { isValueRefused } from './persistence-error.ts';
import { projectionArguments, projectionQuery } from './projection.ts';
import { acrossSites, inSite, query } from './scope.ts';

/** What a list of incidents is narrowed to. */
export interface IncidentFilter {
  site?: string;
  host?: string;
  state?: IncidentState;
  tier?: Tier;
  severity?: Severity;
  /** Whether the incident has not ended. */
  isOpen?: boolean;
}

/** One page of a list. `nextCursor` is absent on the last one. */
export interface IncidentPage {
  items: IncidentSummary[];
  nextCursor?: string;
}

/**
 * The incidents as lists and screens want them: a projection of the workflows' stories. An id names the incidents of
 * one host and check, of which at most one is open; with `openedAt` it names one of them. Rejects with
 * PersistenceError.
 */
export interface Incidents {
  /** Stores the story. Idempotent; an older story never replaces a newer one. */
  project(story: Story): Promise<void>;
  /** The newest incident of that id. */
  get(id: string): Promise<Story | undefined>;
  /**
   * Newest first. Paging by cursor gives each incident that was there at the start once, whatever is added or
   * changed meanwhile, as long as the filter's own fields stay.
   */
  list(page: IncidentFilter & { cursor?: string; limit: number }): Promise<IncidentPage>;
  /** The incident that is open for the key, as far as it was projected. */
  openIncident(key: IncidentKey): Promise<IncidentSummary | undefined>;
  /** All incidents of the site that are open, as far as they were projected. */
  openIncidents(site: string): Promise<IncidentSummary[]>;
  /** Stories of the site's incidents whose risk is accepted, by host and check. */
  acceptedRisks(site: string): Promise<Story[]>;
  /** What was seen after each heal that is still watched: passes that no scan may have seen yet. */
  verifiedHeals(site: string): Promise<Observation[]>;
}

export function createIncidents(dataSource: DataSource): Incidents {
  const projections = createGroupCommit<Story, undefined>(async (site, stories) => {
    await query(dataSource, projectionQuery, projectionArguments(site, stories));
    return stories.map(() => undefined);
  }, isValueRefused);

  return {
    project: (story) => projections.add(story.site, story),

    get: async (id) => {
      const key = parseIncidentWorkflowId(id);
      if (!key) return undefined;
      return inSite(dataSource, key.site, async (manager) => {
        const row = await manager.findOne(incidentEntity, {
          where: { id, site: key.site },
          order: { openedAt: 'desc' },
          select: { id: true, openedAt: true, story: true },
        });
        return row ? (row.story as Story) : undefined;
      });
    },

    list: async ({ cursor, limit, ...filter }) => {
      const read = (manager: EntityManager) => selectPage(manager, filter, limit + 1, cursor);
      const { site } = filter;
      const rows = await (site === undefined
        ? acrossSites(dataSource, read)
        : inSite(dataSource, site, read));
      const items = rows.slice(0, limit).map(summaryOf);
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: encodeCursor(last) }) };
    },

    openIncident: ({ site, host, check }) =>
      inSite(dataSource, site, async (manager) => {
        const row = await manager
          .createQueryBuilder(incidentEntity, 'incident')
          .where({ site, host, check })
          .andWhere(`incident.state <> 'closed'`)
          .orderBy('incident.openedAt', 'DESC')
          .getOne();
        return row ? summaryOf(row) : undefined;
      }),

    openIncidents: (site) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager
          .createQueryBuilder(incidentEntity, 'incident')
          .where({ site })
          .andWhere(`incident.state <> 'closed'`)
          .getMany();
        return rows.map(summaryOf);
      }),

    acceptedRisks: (site) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.find(incidentEntity, {
          where: { site, state: 'risk_accepted' },
          order: { host: 'asc', check: 'asc' },
          select: { id: true, openedAt: true, story: true },
        });
        return rows.map(({ story }) => story as Story);
      }),

    verifiedHeals: (site) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.find(incidentEntity, {
          where: { site, state: 'watching', resolution: 'healed' },
          select: { id: true, openedAt: true, story: true },
        });
        return rows.flatMap(({ story }) => (story as Story).attempts.at(-1)?.verification ?? []);
      }),
  };
}

async function selectPage(
  manager: EntityManager,
  { isOpen, ...equalities }: IncidentFilter,
  count: number,
  cursor: string | undefined,
): Promise<IncidentRow[]> {
  const selection = manager
    .createQueryBuilder(incidentEntity, 'incident')
    .orderBy({ 'incident.openedAt': 'DESC', 'incident.id': 'DESC' })
    .limit(count);
  for (const [column, value] of Object.entries(equalities)) {
    selection.andWhere(`incident.${column} = :${column}`, { [column]: value });
  }
  if (isOpen !== undefined) selection.andWhere(`(incident.state <> 'closed') = :isOpen`, { isOpen });
  if (cursor !== undefined) {
    selection.andWhere('(incident.openedAt, incident.id) < (:openedAt::timestamptz, :id)', {
      ...decodeCursor(cursor),
    });
  }
  return selection.getMany();
}

function summaryOf(row: IncidentRow): IncidentSummary {
  return {
    id: row.id,
    site: row.site,
    host: row.host,
    check: row.check,
    title: row.title,
    severity: row.severity as Severity,
    state: row.state as IncidentState,
    tier: row.tier as Tier,
    ...(row.resolution !== null && { resolution: row.resolution as Resolution }),
    openedAt: row.openedAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    attempts: row.attempts,
  };
}
