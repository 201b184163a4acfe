import type { ParameterValues } from '../../contracts/catalog/parameter.ts';

/** The environment variables in which scripts read parameters: `P_` and the name in upper case. */
export function parameterEnvironment(values: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`P_${name.toUpperCase()}`, String(value)]),
  );
}
