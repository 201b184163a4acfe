import type { DataSource } from 'typeorm';
import type { EvidenceExpectation } from '../contracts/evidence-intervals.ts';
import { inSite } from './scope.ts';

/** How often what a site puts on record was due, since when. Rejects with PersistenceError. */
export interface SiteExpectations {
  /** Notes what is due from a time on; nothing where that is what was due already. */
  remember(site: string, expectation: EvidenceExpectation): Promise<void>;
  /** Oldest first: each holds until the next. */
  list(site: string): Promise<EvidenceExpectation[]>;
}

interface ExpectationRow {
  from_time: Date;
  heartbeat_seconds: number;
  scan_seconds: number;
  scan_offset_seconds: number;
  tolerance_seconds: number;
}

export function createSiteExpectations(dataSource: DataSource): SiteExpectations {
  return {
    remember: (site, { from, heartbeatSeconds, scanSeconds, scanOffsetSeconds, toleranceSeconds }) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `insert into site_expectation
             (site, from_time, heartbeat_seconds, scan_seconds, scan_offset_seconds, tolerance_seconds)
           select $1, $2, $3, $4, $5, $6 where not exists (
             select from (
               select * from site_expectation where site = $1 order by from_time desc limit 1
             ) as last
             where (heartbeat_seconds, scan_seconds, scan_offset_seconds, tolerance_seconds)
               = ($3::integer, $4::integer, $5::integer, $6::integer)
           ) on conflict (site, from_time) do nothing`,
          [site, from, heartbeatSeconds, scanSeconds, scanOffsetSeconds, toleranceSeconds],
        );
      }),

    list: (site) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<ExpectationRow[]>(
          'select * from site_expectation where site = $1 order by from_time',
          [site],
        );
        return rows.map((row) => ({
          from: row.from_time.toISOString(),
          heartbeatSeconds: row.heartbeat_seconds,
          scanSeconds: row.scan_seconds,
          scanOffsetSeconds: row.scan_offset_seconds,
          toleranceSeconds: row.tolerance_seconds,
        }));
      }),
  };
}
