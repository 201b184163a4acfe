import type { RuleDefinition } from '../../contracts/catalog/rule.ts';
import type { MatchTraceEntry, Proposal } from '../../contracts/plan.ts';
import { firstMismatch } from './first-mismatch.ts';
import type { RuleQuestion } from './rule-question.ts';

export interface RuleMatch {
  rule?: RuleDefinition;
  proposal?: Proposal;
  /** One entry a rule, in the order they were tried. */
  trace: MatchTraceEntry[];
}

/**
 * The L1 rule for an observation (A2): the first that matches, by priority (lower wins), then by their order in the
 * catalogue. Never throws for what a rule or a host says; every rule is in the trace with its reason.
 *
 * A status of `error` only ever leads to a runbook that repairs the means of checking; `unknown` and `pass` lead to
 * nothing (H8).
 */
export function matchRules(question: RuleQuestion): RuleMatch {
  const trace: MatchTraceEntry[] = [];
  let match: RuleDefinition | undefined;
  for (const rule of byPriority(question.rules)) {
    const reason =
      match === undefined ? firstMismatch(rule, question) : `rule ${match.id} comes before and matches`;
    if (reason === undefined) match = rule;
    trace.push({
      rule: rule.id,
      matched: reason === undefined,
      reason:
        reason ?? `${question.observation.check} is ${question.observation.status} and nothing excludes it`,
    });
  }
  return match === undefined ? { trace } : { rule: match, proposal: proposalOf(match), trace };
}

/** Rules in the order they are tried. */
export function byPriority(rules: readonly RuleDefinition[]): RuleDefinition[] {
  return rules.toSorted((one, other) => one.priority - other.priority);
}

function proposalOf(rule: RuleDefinition): Proposal {
  return {
    tier: 'L1',
    runbook: rule.runbook,
    parameters: rule.parameters,
    by: rule.id,
    reason: `Rule ${rule.id}: ${rule.title}`,
  };
}
