import type { DataSource, EntityManager } from 'typeorm';
import { siteUnknown } from './persistence-error.ts';
import { inSite } from './scope.ts';

/** One change of a site's legal hold. */
export interface LegalHoldChange {
  isOn: boolean;
  /** In a person's words. */
  reason: string;
  /** Who decided it. */
  actor: string;
  /** ISO 8601. */
  at: string;
}

/** Legal holds of sites, as they were set and lifted. Rejects with PersistenceError. */
export interface LegalHolds {
  /**
   * Records that the hold is set or lifted. Resolves to false, and records nothing, where it is that way already.
   */
  change(site: string, change: LegalHoldChange): Promise<boolean>;
  /** Every change, oldest first. */
  list(site: string): Promise<LegalHoldChange[]>;
}

interface HoldRow {
  is_on: boolean;
  reason: string;
  actor: string;
  at: Date;
}

export function createLegalHolds(dataSource: DataSource): LegalHolds {
  return {
    change: (site, { isOn, reason, actor, at }) =>
      inSite(dataSource, site, async (manager) => {
        await lockSite(manager, site);
        const rows = await manager.query<unknown[]>(
          `insert into legal_hold (site, is_on, reason, actor, at)
           select $1, $2, $3, $4, $5 where $2 is distinct from
             coalesce((select is_on from legal_hold where site = $1 order by id desc limit 1), false)
           returning id`,
          [site, isOn, reason, actor, at],
        );
        return rows.length > 0;
      }),

    list: (site) =>
      inSite(dataSource, site, async (manager) => {
        await lockSite(manager, site);
        const rows = await manager.query<HoldRow[]>(
          'select is_on, reason, actor, at from legal_hold where site = $1 order by id',
          [site],
        );
        return rows.map(({ is_on: isOn, reason, actor, at }) => ({
          isOn,
          reason,
          actor,
          at: at.toISOString(),
        }));
      }),
  };
}

/** Two people who set a hold at once set one. @throws PersistenceError `site_unknown` */
async function lockSite(manager: EntityManager, site: string): Promise<void> {
  const rows = await manager.query<unknown[]>('select from site where id = $1 for no key update', [site]);
  if (rows.length === 0) throw siteUnknown(site);
}
