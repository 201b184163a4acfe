import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '../contracts/decision.ts';
import { sitePolicySchema, type CheckOverride, type SitePolicy } from '../contracts/site-policy.ts';
import { checkChangeEntity, type CheckChangeRow } from './entities/entities.ts';
import { siteUnknown } from './persistence-error.ts';
import { inSite } from './scope.ts';

/** Who set what of a check, when and why. */
export interface CheckChange {
  check: string;
  /** ISO 8601. */
  at: string;
  actor: Actor;
  reason: string;
  before?: CheckOverride;
  after: CheckOverride;
  /** Digest of the diff the actor was shown. */
  diffDigest: string;
}

/** What sites set of their checks. Rejects with PersistenceError. */
export interface CheckChanges {
  /**
   * Sets the override of a check and puts the change on record, in one. `mayChange` sees the policy that would be
   * changed, which nobody else changes meanwhile; where it says no, nothing is changed. Resolves to whether it was.
   */
  apply(
    site: string,
    change: Omit<CheckChange, 'before'>,
    mayChange: (policy: SitePolicy) => boolean,
  ): Promise<boolean>;
  /** The last change of each check, by check. */
  latest(site: string): Promise<CheckChange[]>;
}

export function createCheckChanges(dataSource: DataSource): CheckChanges {
  return {
    apply: (site, change, mayChange) =>
      inSite(dataSource, site, async (manager) => {
        const policy = await lockPolicy(manager, site);
        if (!mayChange(policy)) return false;
        const { check, at, actor, reason, after, diffDigest } = change;
        const before = policy.checks[check];
        const checks = { ...policy.checks, [check]: after };
        await manager.query('update site set policy = $2 where id = $1', [
          site,
          JSON.stringify({ ...policy, checks }),
        ]);
        await manager.query(
          `insert into check_change (site, "check", at, actor, reason, before, after, diff_digest)
           values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            ...[site, check, at, JSON.stringify(actor), reason],
            ...[before === undefined ? null : JSON.stringify(before), JSON.stringify(after), diffDigest],
          ],
        );
        return true;
      }),

    latest: (site) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager
          .createQueryBuilder(checkChangeEntity, 'change')
          .distinctOn(['change.check'])
          .where({ site })
          .orderBy({ 'change.check': 'ASC', 'change.id': 'DESC' })
          .getMany();
        return rows.map(changeOf);
      }),
  };
}

async function lockPolicy(manager: EntityManager, site: string): Promise<SitePolicy> {
  const rows = await manager.query<{ policy: unknown }[]>(
    'select policy from site where id = $1 for update',
    [site],
  );
  if (!rows[0]) throw siteUnknown(site);
  return sitePolicySchema.parse(rows[0].policy);
}

function changeOf(row: CheckChangeRow): CheckChange {
  return {
    check: row.check,
    at: row.at.toISOString(),
    actor: row.actor as Actor,
    reason: row.reason,
    ...(row.before === null ? {} : { before: row.before as CheckOverride }),
    after: row.after as CheckOverride,
    diffDigest: row.diffDigest,
  };
}
