import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Condition, FactCondition, FactValue, ParameterOperand } from '../../contracts/facts.ts';

/** Operators whose operand may be a parameter. */
export const boundOperators = ['equals', 'lt', 'lte', 'gt', 'gte', 'contains'] as const;

/** Whether an operand stands for a parameter. */
export function isParameter(operand: unknown): operand is ParameterOperand {
  return typeof operand === 'object' && operand !== null && 'parameter' in operand;
}

/**
 * The condition with each `{ parameter: name }` replaced by its value. Where there is no such value, or it is not of the
 * operator's type, the operand stays: such a test decides nothing.
 */
export function bindParameters(condition: Condition, values: ParameterValues): Condition {
  if ('all' in condition) return { all: condition.all.map((part) => bindParameters(part, values)) };
  if ('any' in condition) return { any: condition.any.map((part) => bindParameters(part, values)) };
  if ('not' in condition) return { not: bindParameters(condition.not, values) };
  const bound: FactCondition = { ...condition };
  for (const operator of boundOperators) {
    const operand = condition[operator];
    if (!isParameter(operand) || !Object.hasOwn(values, operand.parameter)) continue;
    Object.assign(bound, { [operator]: values[operand.parameter] satisfies FactValue | undefined });
  }
  return bound;
}
