import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { CheckSettings } from '../../contracts/site-activities.ts';
import type { CheckOverride } from '../../contracts/site-policy.ts';
import { resolveParameters } from '../catalog/parameters.ts';
import type { HeldBaseline } from './baseline-of.ts';

/** What sites set of checks, by check. */
export type CheckOverrides = Readonly<Record<string, CheckOverride>>;

/** A check as a host is held to it. */
export interface PlannedCheck {
  isEnabled: boolean;
  /** Complete; empty where a layer holds a value that the check does not accept, which makes it an error. */
  parameters: ParameterValues;
}

/** The checks of `baseline` as a site with `overrides` runs them, by id, in the baseline's order. */
export function planChecks(
  checks: Catalog['checks'],
  baseline: HeldBaseline,
  overrides: CheckOverrides,
): Map<string, PlannedCheck> {
  const plan = new Map<string, PlannedCheck>();
  for (const id of baseline.checks) {
    const override = overrideOf(overrides, id);
    const check = checks.get(id);
    const resolved = check && resolveParameters(check, baseline.checkParameters[id], override?.parameters);
    plan.set(id, {
      isEnabled: override?.enabled ?? true,
      parameters: resolved?.ok === true ? resolved.values : {},
    });
  }
  return plan;
}

/** The override of a check, where the site has one. */
export function overrideOf(overrides: CheckOverrides, check: string): CheckOverride | undefined {
  return Object.hasOwn(overrides, check) ? overrides[check] : undefined;
}

/** What an appliance is told of the overrides: those of `only`, or all. */
export function checkSettings(overrides: CheckOverrides, only?: string): CheckSettings {
  const settings: CheckSettings = {};
  for (const [check, { enabled, parameters }] of Object.entries(overrides)) {
    if (only !== undefined && only !== check) continue;
    if (enabled && Object.keys(parameters).length === 0) continue;
    settings[check] = { enabled, parameters };
  }
  return settings;
}
