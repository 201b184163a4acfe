import type { DataSource } from 'typeorm';
import { inSite } from './scope.ts';

/** What planning has cost a site, by UTC day (`2026-01-31`). Rejects with PersistenceError. */
export interface PlannerBudget {
  tokensSpent(site: string, day: string): Promise<number>;
  /** Adds one use; `cost` in US dollars. Not idempotent: a repeated use is counted again, on the safe side. */
  add(
    site: string,
    day: string,
    use: { inputTokens: number; outputTokens: number; cost: number },
  ): Promise<void>;
}

export function createPlannerBudget(dataSource: DataSource): PlannerBudget {
  return {
    tokensSpent: (site, day) =>
      inSite(dataSource, site, async (manager) => {
        const rows = await manager.query<{ tokens: string }[]>(
          'select tokens from planner_usage where site = $1 and day = $2',
          [site, day],
        );
        return Number(rows[0]?.tokens ?? 0);
      }),

    add: (site, day, { inputTokens, outputTokens, cost }) =>
      inSite(dataSource, site, async (manager) => {
        await manager.query(
          `insert into planner_usage as known (site, day, tokens, cost) values ($1, $2, $3, $4)
           on conflict (site, day) do update
             set tokens = known.tokens + excluded.tokens, cost = known.cost + excluded.cost`,
          [site, day, inputTokens + outputTokens, cost],
        );
      }),
  };
}
