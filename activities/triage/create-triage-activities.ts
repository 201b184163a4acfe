import type { TriageActivities } from '../../contracts/central-activities.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { isRunnable } from '../../contracts/catalog/runbook.ts';
import type { Proposal } from '../../contracts/plan.ts';
import type { CheckSettings } from '../../contracts/site-activities.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { checkSettings } from '../../domain/baselines/check-plan.ts';
import { judgedFacts } from '../../domain/catalog/judged-facts.ts';
import { verifies } from '../../domain/catalog/verifies.ts';
import { matchRules } from '../../domain/rules/match-rules.ts';
import { relevantProblems } from '../../domain/rules/relevant-problems.ts';

/** What triage needs of others. */
export interface TriageDependencies {
  /** The catalogue as it stands. */
  catalog: () => Catalog;
  policies: { policyOf(site: string): Promise<SitePolicy> };
  runs: {
    /**
     * When each L1 rule was last used on a host, ISO 8601 by rule id. A run settled as `refused` never began and is no
     * use: a drift whose appliance was away must find its rule again.
     */
    lastRuleUses(site: string, host: string): Promise<ReadonlyMap<string, string>>;
  };
}

/** The first tier's question (A2): which rule, and under which policy the incident works. Reads only. */
export function createTriageActivities({ catalog, policies, runs }: TriageDependencies): TriageActivities {
  return {
    async matchRule({ observation, at }) {
      const { site, host, check, severity } = observation;
      const known = catalog();
      const [policy, lastUses] = await Promise.all([policies.policyOf(site), runs.lastRuleUses(site, host)]);
      const { rules, runbooks } = known;
      const { proposal, trace } = matchRules({ observation, rules, runbooks, policy, lastUses, at });
      return {
        title: known.checks.get(check)?.title ?? check,
        ...(proposal === undefined ? {} : { proposal }),
        ...suggestionFor(known, policy, check),
        ...guidanceFor(known, check),
        trace,
        ...judgedFactsOf(known, check),
        catalogProblems: relevantProblems(known, check, trace),
        policy: {
          sla: policy.sla[severity],
          flapping: policy.flapping,
          plannerEnabled: policy.planner.enabled,
          applianceWaitMs: policy.applianceWaitMs,
          ...settingsOf(policy, check),
        },
      };
    },
  };
}

/** What people are told to do about `check`, where the catalogue has guidance. */
function guidanceFor({ runbooks }: Catalog, check: string): { guidance?: string[] } {
  const found = [...runbooks.values()].find(
    ({ definition }) => definition.guidance !== undefined && verifies(definition, check),
  );
  return found?.definition.guidance === undefined ? {} : { guidance: found.definition.guidance };
}

function judgedFactsOf({ checks }: Catalog, check: string): { judgedFacts?: string[] } {
  const definition = checks.get(check);
  return definition ? { judgedFacts: judgedFacts(definition) } : {};
}

function settingsOf(policy: SitePolicy, check: string): { checkSettings?: CheckSettings } {
  const settings = checkSettings(policy.checks, check);
  return Object.keys(settings).length === 0 ? {} : { checkSettings: settings };
}

/** The first enabled runbook, in catalogue order, that is verified by `check`: what a person is offered. */
function suggestionFor({ runbooks }: Catalog, policy: SitePolicy, check: string): { suggestion?: Proposal } {
  for (const [id, { definition }] of runbooks) {
    const isOffered = verifies(definition, check) && isRunnable(definition);
    if (!isOffered || policy.runbooks[id]?.enabled === false) continue;
    const reason = `${id} repairs ${check}; no tier may run it by itself here`;
    return { suggestion: { tier: 'L3', runbook: id, parameters: {}, by: 'catalogue', reason } };
  }
  return {};
}
