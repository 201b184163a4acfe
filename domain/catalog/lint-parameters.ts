import type { Parameter } from '../../contracts/catalog/parameter.ts';
import { findSlowPattern } from '../facts/find-slow-pattern.ts';
import type { Findings } from './findings.ts';
import { type HasParameters, refuseValue } from './parameters.ts';

/**
 * Adds bounds that hold for no value, defaults out of bounds, parameters nobody uses and uses of what is no parameter.
 *
 * @param uses names that are used, and by what, for the message
 */
export function lintParameters(
  { parameters }: HasParameters,
  uses: { used: ReadonlySet<string>; by: string },
  findings: Findings,
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    const at = ['parameters', name];
    const broken = brokenBounds(parameter);
    if (broken) findings.add([...at, broken.field], broken.reason);
    else {
      const refusal = refuseValue(parameter, parameter.default);
      if (refusal !== undefined) findings.add([...at, 'default'], refusal);
    }
    if (!uses.used.has(name)) findings.add(at, `${uses.by} reads no $P_${name.toUpperCase()}`);
  }
  for (const name of uses.used) {
    if (!Object.hasOwn(parameters, name))
      findings.add(['parameters'], `${uses.by} reads $P_${name.toUpperCase()}, which is not a parameter`);
  }
}

function brokenBounds(parameter: Parameter): { field: string; reason: string } | undefined {
  if (parameter.type === 'integer' && parameter.min > parameter.max) {
    return { field: 'min', reason: `${parameter.min} is above max ${parameter.max}` };
  }
  if (parameter.type !== 'string') return undefined;
  try {
    new RegExp(parameter.pattern, 'u');
  } catch {
    return { field: 'pattern', reason: 'is not a valid regular expression' };
  }
  const slow = findSlowPattern(parameter.pattern);
  return slow === undefined ? undefined : { field: 'pattern', reason: `the pattern ${slow}` };
}
