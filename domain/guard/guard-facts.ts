import type { RunResult } from '../../contracts/central-activities.ts';

/** What the guard must know of other runs at a site, read under the site's lock. */
export interface GuardFacts {
  /** Runs that were granted and not settled, this order's own included where it was granted before. */
  claims: readonly { host: string; orderId: string; runbook: string }[];
  /** Runs settled lately, at least those within the circuit breaker's window. Times are ISO 8601. */
  recentRuns: readonly { host: string; runbook: string; result: RunResult; at: string }[];
  /** Hosts of the site. */
  hostCount: number;
  /** Whether this order was granted before and not settled: a retry. */
  alreadyClaimed: boolean;
}
