import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { RuleDefinition } from '../../contracts/catalog/rule.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';

/** What rules are matched against. */
export interface RuleQuestion {
  observation: Observation;
  rules: readonly RuleDefinition[];
  runbooks: Catalog['runbooks'];
  policy: Pick<SitePolicy, 'timeZone' | 'runbooks'>;
  /** When each rule was last used on this host, ISO 8601 by rule id; a rule never used is absent. */
  lastUses: ReadonlyMap<string, string>;
  at: string;
}
