import type { DataSource, EntityManager } from 'typeorm';
import type { RunResult } from '../contracts/central-activities.ts';
import type { GuardFacts } from '../domain/guard/guard-facts.ts';
import type { HostRun } from '../domain/guard/next-on-host.ts';
import { createGroupCommit } from './group-commit.ts';
import { isValueRefused } from './persistence-error.ts';
import { inSite, query } from './scope.ts';

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
  /** What runs on the host of the order, and what waits there for others to end, the oldest incident first. */
  runsBeside(orderId: string, site: string): Promise<{ running: HostRun[]; waiting: HostRun[] }>;
  /** When each L1 rule was last granted a run on the host, by rule id. A run settled as `refused` never began: no use. */
  lastRuleUses(site: string, host: string): Promise<Map<string, string>>;
}

interface Claim {
  request: SlotRequest;
  decide: (facts: GuardFacts) => { granted: boolean };
}
interface Settlement {
  orderId: string;
  result: RunResult;
  at: string;
}
type Decided = { decision: { granted: boolean } } | { thrown: unknown };

export function createHealingSlots(dataSource: DataSource): HealingSlots {
  const claims = createGroupCommit<Claim, Decided>(
    (site, group) => inSite(dataSource, site, (manager) => decideGroup(manager, site, group)),
    isValueRefused,
  );
  const settlements = createGroupCommit<Settlement, undefined>(async (site, group) => {
    await query(dataSource, 'select settle_runs($1, $2, $3, $4)', [
      site,
      group.map(({ orderId }) => orderId),
      group.map(({ result }) => result),
      group.map(({ at }) => at),
    ]);
    return group.map(() => undefined);
  }, isValueRefused);

  return {
    claim: async <T extends { granted: boolean }>(request: SlotRequest, decide: (facts: GuardFacts) => T) => {
      const decided = await claims.add(request.site, { request, decide });
      if ('thrown' in decided) throw decided.thrown;
      return decided.decision as T;
    },

    settle: (orderId, site, result, at) => settlements.add(site, { orderId, result, at }),

    runsBeside: async (orderId, site) => {
      const [row] = await query<{ running: HostRun[]; waiting: HostRun[] }>(
        dataSource,
        'select running, waiting from runs_beside($1, $2)',
        [site, orderId],
      );
      if (!row) throw new Error('unreachable: the function gives one row');
      return row;
    },

    lastRuleUses: async (site, host) => {
      const rows = await query<{ rule: string; at: Date }>(
        dataSource,
        'select rule, at from last_rule_uses($1, $2)',
        [site, host],
      );
      return new Map(rows.map(({ rule, at }) => [rule, at.toISOString()]));
    },
  };
}

/** Decides one after the other under one lock; each sees what was granted before it. */
async function decideGroup(manager: EntityManager, site: string, group: Claim[]): Promise<Decided[]> {
  const earliest = group
    .map(({ request }) => request.at)
    .reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
  const known = await lockFacts(manager, site, earliest);
  const granted: SlotRequest[] = [];
  const decided = group.map(({ request, decide }): Decided => {
    try {
      const decision = decide(factsAt(known, request));
      if (decision.granted) {
        granted.push(request);
        known.claims.push({ ...request, leaseUntilMs: Date.parse(request.leaseUntil) });
      }
      return { decision };
    } catch (thrown) {
      return { thrown };
    }
  });
  await storeClaims(manager, site, granted);
  return decided;
}

interface KnownFacts {
  claims: { host: string; orderId: string; runbook: string; leaseUntilMs: number }[];
  recent: { host: string; runbook: string; result: RunResult; atMs: number }[];
  hostCount: number;
  /** The circuit breaker's window is the site's own, so that no run it counts is left out. */
  windowMs: number;
}

async function lockFacts(manager: EntityManager, site: string, at: string): Promise<KnownFacts> {
  const [row] = await manager.query<
    { claims: KnownFacts['claims']; recent: KnownFacts['recent']; host_count: number; window_ms: number }[]
  >('select claims, recent, host_count, window_ms from lock_healing_facts($1, $2)', [site, at]);
  if (!row) throw new Error('unreachable: the function gives one row');
  return { claims: row.claims, recent: row.recent, hostCount: row.host_count, windowMs: row.window_ms };
}

function factsAt(known: KnownFacts, { orderId, at }: SlotRequest): GuardFacts {
  const atMs = Date.parse(at);
  const claims = new Map(
    known.claims
      .filter(({ leaseUntilMs }) => leaseUntilMs > atMs)
      .map(({ host, orderId: claimedBy, runbook }) => [claimedBy, { host, orderId: claimedBy, runbook }]),
  );
  return {
    claims: [...claims.values()],
    recentRuns: known.recent
      .filter((run) => run.atMs > atMs - known.windowMs)
      .map(({ host, runbook, result, atMs: endedMs }) => ({
        host,
        runbook,
        result,
        at: new Date(endedMs).toISOString(),
      })),
    hostCount: known.hostCount,
    alreadyClaimed: claims.has(orderId),
  };
}

async function storeClaims(manager: EntityManager, site: string, granted: SlotRequest[]): Promise<void> {
  const requests = [...new Map(granted.map((request) => [request.orderId, request])).values()];
  if (requests.length === 0) return;
  await manager.query(
    `insert into runbook_run as known (site, order_id, host, "check", incident, runbook, rule, claimed_at, lease_until)
     select $1, given.*
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
       $9::timestamptz[]) as given
     on conflict (site, order_id) do update set lease_until = greatest(known.lease_until, excluded.lease_until)
     where known.result is null`,
    [
      site,
      requests.map(({ orderId }) => orderId),
      requests.map(({ host }) => host),
      requests.map(({ check }) => check),
      requests.map(({ incident }) => incident),
      requests.map(({ runbook }) => runbook),
      requests.map(({ rule }) => rule ?? null),
      requests.map(({ at }) => at),
      requests.map(({ leaseUntil }) => leaseUntil),
    ],
  );
}
