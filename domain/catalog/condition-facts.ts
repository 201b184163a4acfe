import type { Condition, FactCondition } from '../../contracts/facts.ts';
import type { DataPath } from './yaml-source.ts';

/** One test of a fact within a condition, and where in it. */
export interface FactUse {
  condition: FactCondition;
  path: DataPath;
}

/** Every test of a fact in `condition`, in order; `path` begins with `at`. */
export function factUses(condition: Condition, at: DataPath): FactUse[] {
  if ('all' in condition)
    return condition.all.flatMap((part, index) => factUses(part, [...at, 'all', index]));
  if ('any' in condition)
    return condition.any.flatMap((part, index) => factUses(part, [...at, 'any', index]));
  if ('not' in condition) return factUses(condition.not, [...at, 'not']);
  return [{ condition, path: at }];
}
