import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';

/**
 * The analysis, with each of the facts `names` and `analysis_error` in its result: null, which decides nothing, where it
 * has none. So nothing stands in for what it could not tell: no line that a host printed under that name, no empty list
 * for lines that a probe did not print, and nothing from an earlier analysis of the same facts.
 */
export function completing(
  names: readonly string[],
  analyse: (facts: Facts, parameters: ParameterValues) => Facts,
): (facts: Facts, parameters: ParameterValues) => Facts {
  const nothing: Facts = Object.fromEntries(['analysis_error', ...names].map((name) => [name, null]));
  return (facts, parameters) => ({ ...nothing, ...analyse(facts, parameters) });
}
