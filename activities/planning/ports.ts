import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import type { Hmac } from '../../domain/phi/scrub.ts';
import type { MessagesClient } from './create-messages-client.ts';

/** What one answer of the model used. */
export interface PlannerUsage {
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** US dollars. */
  cost: number;
}

/** Tokens a site spends on planning. */
export interface PlannerBudget {
  /** Tokens, input and output, that `site` has spent on the UTC day `day` (`2026-11-23`). */
  tokensSpent(site: string, day: string): Promise<number>;
  /** Adds the use of one answer. `at` is ISO 8601, UTC. */
  add(site: string, day: string, usage: PlannerUsage, at: string): Promise<void>;
}

export interface PlanningPorts {
  /** The catalogue as it is now. */
  catalog: () => Catalog | Promise<Catalog>;
  policies: { policyOf: (site: string) => Promise<SitePolicy> };
  budget: PlannerBudget;
  /** Absent where there is no key. */
  model: MessagesClient | undefined;
  /** Keyed hash for the PHI tokens of `site`. */
  hmacOf: (site: string) => Hmac;
  clock: () => Date;
}
