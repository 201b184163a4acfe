import type { ParameterValues, Parameter } from '../../contracts/catalog/parameter.ts';
import { showFact } from '../facts/evaluate-condition.ts';

export interface ParameterProblem {
  parameter: string;
  reason: string;
}

/** What declares parameters: a runbook or a check. */
export interface HasParameters {
  parameters: Readonly<Record<string, Parameter>>;
}

/** Complete values of all parameters, or every reason why the given ones are not accepted. */
export type ResolvedParameters =
  { ok: true; values: ParameterValues } | { ok: false; problems: ParameterProblem[] };

/**
 * Complete, checked values for a runbook or check: its defaults, overlaid by each of `layers` in turn (baseline, site, rule or
 * plan; the last wins). Refused where any layer names an unknown parameter or a value of the wrong type or out of
 * bounds; a bad value in an early layer is refused though a later one would replace it. Never converts types.
 */
export function resolveParameters(
  owner: HasParameters,
  ...layers: readonly (ParameterValues | undefined)[]
): ResolvedParameters {
  const problems: ParameterProblem[] = [];
  const values = defaultValues(owner);
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer ?? {})) {
      const reason = refuseNamed(owner, name, value);
      if (reason === undefined) values[name] = value;
      else problems.push({ parameter: name, reason });
    }
  }
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

/** The values that hold where nobody says otherwise. */
export function defaultValues({ parameters }: HasParameters): ParameterValues {
  return Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]));
}

function refuseNamed(
  owner: HasParameters,
  name: string,
  value: string | number | boolean,
): string | undefined {
  const parameter = Object.hasOwn(owner.parameters, name) ? owner.parameters[name] : undefined;
  if (parameter) return refuseValue(parameter, value);
  const known = Object.keys(owner.parameters).join(', ') || 'none';
  return `parameter ${name} is not one of those declared (${known})`;
}

/** Why `value` is not acceptable for `parameter`, as one sentence, or undefined where it is. */
export function refuseValue(parameter: Parameter, value: string | number | boolean): string | undefined {
  const shown = showFact(value);
  switch (parameter.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${shown} is not true or false`;
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return `${shown} is not a whole number`;
      if (value >= parameter.min && value <= parameter.max) return undefined;
      return `${shown} is not between ${parameter.min} and ${parameter.max}`;
    case 'enum':
      if (typeof value === 'string' && parameter.values.includes(value)) return undefined;
      return `${shown} is not one of ${parameter.values.join(', ')}`;
    case 'string':
      return refuseText(parameter, value);
  }
}

function refuseText(
  { pattern, maxLength }: Parameter & { type: 'string' },
  value: string | number | boolean,
): string | undefined {
  const shown = showFact(value);
  if (typeof value !== 'string') return `${shown} is not a text`;
  if (value.length > maxLength) return `${shown} is longer than ${maxLength} characters`;
  // Values become environment variables: no pattern may let a control character through.
  if (/\p{Cc}/u.test(value)) return `${shown} has a control character`;
  // The pattern is for the whole value, anchored by its author or not.
  return new RegExp(`^(?:${pattern})$`, 'u').test(value) ? undefined : `${shown} does not match ${pattern}`;
}
