import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { ProbeError, Severity } from '../../contracts/observation.ts';
import type { CheckSettings } from '../../contracts/site-activities.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import { findCheck } from './catalog-check.ts';

/** A check with complete, accepted values of its parameters. */
export interface ReadyCheck {
  check: CheckDefinition;
  parameters: ParameterValues;
}

/** A check as it is to be run on a host, or why it cannot be. */
export type PlannedCheck =
  | ({ ok: true } & ReadyCheck)
  | { ok: false; subject: { id: string; severity: Severity }; problem: ProbeError };

/** Finds a check and its parameters: its own defaults, overlaid by the baseline's values, overlaid by the site's. */
export function planCheck(
  catalog: Catalog,
  id: string,
  baseline: Baseline | undefined,
  settings: CheckSettings | undefined,
): PlannedCheck {
  const found = findCheck(catalog, id);
  if (!found.ok) return { ok: false, subject: { id, severity: 'medium' }, problem: found.problem };
  const { check } = found;
  const ofSite = settings !== undefined && Object.hasOwn(settings, id) ? settings[id]?.parameters : undefined;
  const resolved = resolveParameters(check, baseline?.checkParameters[id], ofSite);
  if (resolved.ok) return { ok: true, check, parameters: resolved.values };
  const reasons = resolved.problems.map(({ parameter, reason }) => `${parameter}: ${reason}`).join('; ');
  return {
    ok: false,
    subject: check,
    problem: {
      code: 'catalog_invalid',
      message: `the settings of ${id} are not accepted: ${reasons}`.slice(0, 2_000),
      nextStep: 'Correct the parameters of the check in the settings of the site or in the baseline.',
    },
  };
}
