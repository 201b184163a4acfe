import type { DataSource, EntityManager } from 'typeorm';
import type { RunResult } from '../contracts/central-activities.ts';
import type { GuardFacts } from '../domain/guard/guard-facts.ts';
import { hostEntity, runbookRunEntity } from './entities/entities.ts';
import { inSite } from './scope.ts';

/** A run that asks for its slot. Times are ISO 8601. */
export interface SlotRequest {
  orderId: string;
  site: string;
  host: string;
  check: string;
  /** Workflow id of the incident. */
  incident: string;
  runbook: string;
  /** The L1 rule that asks, for its cooldown. */
  rule?: string;
  /** Until when the claim holds where nobody settles it. */
  leaseUntil: string;
  at: string;
}

/** Which runs are under way or lately ended at each site. Rejects with PersistenceError. */
export interface HealingSlots {
  /**
   * Runs `decide` with the facts of the moment while no other process can claim at the site, and stores the claim where
   * it grants it. A claim this order made before shows as `alreadyClaimed` and is kept. A claim whose lease has ended
   * counts no more. Rejects with what `decide` throws and stores nothing then.
   */
  claim<T extends { granted: boolean }>(request: SlotRequest, decide: (facts: GuardFacts) => T): Promise<T>;
  /** Ends the order's claim with its result. Does nothing where it is settled or was never made. */
  settle(orderId: string, site: string, result: RunResult, at: string): Promise<void>;
  /** When each L1 rule was last granted a run on the host, by rule id. */
  lastRuleUses(site: string, host: string): Promise<Map<string, string>>;
}

export function createHealingSlots(dataSource: DataSource): HealingSlots {
  return {
    claim: (request, decide) =>
      inSite(dataSource, request.site, async (manager) => {
        await manager.query(`select pg_advisory_xact_lock(hashtextextended('healing/' || $1, 0))`, [
          request.site,
        ]);
        const decision = decide(await factsFor(manager, request));
        if (decision.granted) await storeClaim(manager, request);
        return decision;
      }),

    settle: (orderId, site, result, at) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `update runbook_run set result = $3, settled_at = $4
           where site = $1 and order_id = $2 and result is null`,
          [site, orderId, result, at],
        );
      }),

    lastRuleUses: (site, host) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<{ rule: string; at: Date }[]>(
          `select rule, max(claimed_at) as at from runbook_run
           where site = $1 and host = $2 and rule is not null group by rule`,
          [site, host],
        );
        return new Map(rows.map(({ rule, at }) => [rule, at.toISOString()]));
      }),
  };
}

async function factsFor(manager: EntityManager, { site, orderId, at }: SlotRequest): Promise<GuardFacts> {
  const claims = await manager
    .createQueryBuilder(runbookRunEntity, 'run')
    .where('run.site = :site and run.result is null and run.leaseUntil > :at', { site, at })
    .getMany();
  // The breaker's window is the site's own, so that no run it counts is left out.
  const recent = await manager.query<{ host: string; runbook: string; result: RunResult; at: Date }[]>(
    `select host, runbook, result, settled_at as at from runbook_run
     where site = $1 and settled_at > $2::timestamptz - interval '1 millisecond' *
       coalesce((select (policy -> 'circuitBreaker' ->> 'windowMs')::double precision from site where id = $1), 0)
     order by settled_at`,
    [site, at],
  );
  return {
    claims: claims.map(({ host, orderId: claimedBy, runbook }) => ({ host, orderId: claimedBy, runbook })),
    recentRuns: recent.map((run) => ({ ...run, at: run.at.toISOString() })),
    hostCount: await manager.countBy(hostEntity, { site }),
    alreadyClaimed: claims.some((claim) => claim.orderId === orderId),
  };
}

async function storeClaim(manager: EntityManager, request: SlotRequest): Promise<void> {
  const { site, orderId, host, check, incident, runbook, rule, leaseUntil, at } = request;
  await manager.query(
    `insert into runbook_run as known (site, order_id, host, "check", incident, runbook, rule, claimed_at, lease_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (site, order_id) do update set lease_until = greatest(known.lease_until, excluded.lease_until)
     where known.result is null`,
    [site, orderId, host, check, incident, runbook, rule ?? null, at, leaseUntil],
  );
}
