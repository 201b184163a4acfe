import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import { factUses } from './condition-facts.ts';

/** Names of the facts that a check is judged by, sorted. What else a probe reads is for people. */
export function judgedFacts({ judge }: Pick<CheckDefinition, 'judge'>): string[] {
  const names = judge.flatMap(({ when }) => factUses(when, []).map(({ condition }) => condition.fact));
  return [...new Set(names)].sort();
}
