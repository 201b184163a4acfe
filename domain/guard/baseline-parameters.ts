import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';

/**
 * The parameters that baselines set for a runbook. Only a host's appliance knows the baseline it is held to, so a value
 * counts where every baseline that holds the check sets it alike; anything else is left to the site's policy.
 */
export function baselineParameters(catalog: Catalog, check: string, runbook: string): ParameterValues {
  const layers = [...catalog.baselines.values()]
    .filter(({ checks }) => checks.includes(check))
    .map(({ parameters }) => parameters[runbook] ?? {});
  const [first = {}, ...others] = layers;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}
