import type { DataSource, EntityManager } from 'typeorm';
import { observationSchema, type Observation } from '../contracts/observation.ts';
import { checkResultEntity } from './entities/entities.ts';
import { inSite } from './scope.ts';

/** The latest result of every check of every host, passes included. Rejects with PersistenceError. */
export interface CheckResults {
  /**
   * Keeps the newest of each host and check. Idempotent: an observation delivered twice counts once, and an older one
   * never replaces a newer. One that claims to be from the future counts as of `receivedAt` (ISO 8601), so that an
   * appliance whose clock was wrong does not stand in the way of all that comes after.
   */
  store(site: string, observations: readonly Observation[], receivedAt: string): Promise<void>;
  /** All of a site, or of one of its hosts, by host and check. */
  list(site: string, host?: string): Promise<Observation[]>;
}

export function createCheckResults(dataSource: DataSource): CheckResults {
  return {
    store: (site, observations, receivedAt) =>
      inSite(dataSource, site, async (manager) => {
        const newest = newestOfEach(observations.map((each) => notLaterThan(each, receivedAt)));
        if (newest.length > 0) await upsert(manager, site, newest);
      }),

    list: (site, host) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.find(checkResultEntity, {
          where: { site, ...(host === undefined ? {} : { host }) },
          order: { host: 'asc', check: 'asc' },
        });
        return rows.map(({ observation }) => observationSchema.parse(observation));
      }),
  };
}

async function upsert(manager: EntityManager, site: string, observations: Observation[]): Promise<void> {
  await manager.query(
    `insert into check_result as known (site, host, "check", status, observed_at, observation_id, observation)
     select $1, given.host, given."check", given.status, given.at, given.id, given.observation::json
     from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::uuid[], $7::text[])
       as given (host, "check", status, at, id, observation)
     on conflict (site, host, "check") do update set
       status = excluded.status, observed_at = excluded.observed_at, observation_id = excluded.observation_id,
       observation = excluded.observation
     where (known.observed_at, known.observation_id) < (excluded.observed_at, excluded.observation_id)
       and known.observation_id <> excluded.observation_id`,
    [
      site,
      observations.map(({ host }) => host),
      observations.map(({ check }) => check),
      observations.map(({ status }) => status),
      observations.map(({ observedAt }) => observedAt),
      observations.map(({ id }) => id),
      observations.map((observation) => JSON.stringify(observation)),
    ],
  );
}

function notLaterThan(observation: Observation, at: string): Observation {
  return Date.parse(observation.observedAt) > Date.parse(at)
    ? { ...observation, observedAt: at }
    : observation;
}

/** One of each host and check, sorted so that two scans take row locks in the same order. */
function newestOfEach(observations: readonly Observation[]): Observation[] {
  const newest = new Map<string, Observation>();
  for (const observation of observations) {
    const key = `${observation.host}/${observation.check}`;
    const known = newest.get(key);
    if (!known || isNewer(observation, known)) newest.set(key, observation);
  }
  return [...newest].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, observation]) => observation);
}

function isNewer(one: Observation, other: Observation): boolean {
  const difference = Date.parse(one.observedAt) - Date.parse(other.observedAt);
  return difference === 0 ? one.id > other.id : difference > 0;
}
