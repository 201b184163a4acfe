import type { Baseline } from '../../contracts/catalog/baseline.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Metric } from '../../contracts/catalog/check.ts';
import type { Parameter } from '../../contracts/catalog/parameter.ts';
import type { Severity } from '../../contracts/observation.ts';
import type { CheckOverride } from '../../contracts/site-policy.ts';
import { overrideOf, type CheckOverrides } from './check-plan.ts';

/** Who set a value: the check's own declaration, the host's baseline, or the site. */
export type SettingSource = 'default' | 'baseline' | 'site';

/** One parameter of a check with the value in force. */
export interface EffectiveParameter {
  name: string;
  declaration: Parameter;
  value: string | number | boolean;
  from: SettingSource;
}

/** A check of a baseline as it is in force at a site. */
export interface EffectiveCheck {
  baseline: string;
  check: string;
  title: string;
  severity: Severity;
  metric?: Metric;
  enabled: boolean;
  /** Why the site changed it. */
  reason?: string;
  parameters: EffectiveParameter[];
}

/** Every check of the baselines with its settings in force and where each comes from, in the baselines' order. */
export function effectiveChecks(
  checks: Catalog['checks'],
  baselines: readonly Baseline[],
  overrides: CheckOverrides,
): EffectiveCheck[] {
  return baselines.flatMap((baseline) =>
    baseline.checks.flatMap((id): EffectiveCheck[] => {
      const check = checks.get(id);
      if (!check) return [];
      const override = overrideOf(overrides, id);
      const { title, severity, metric } = check;
      return [
        {
          baseline: baseline.id,
          check: id,
          title,
          severity,
          ...(metric === undefined ? {} : { metric }),
          enabled: override?.enabled ?? true,
          ...(override?.reason === undefined ? {} : { reason: override.reason }),
          parameters: Object.entries(check.parameters).map(([name, declaration]) =>
            effectiveParameter(name, declaration, baseline, id, override),
          ),
        },
      ];
    }),
  );
}

function effectiveParameter(
  name: string,
  declaration: Parameter,
  baseline: Baseline,
  check: string,
  override: CheckOverride | undefined,
): EffectiveParameter {
  const bySite = override?.parameters[name];
  if (bySite !== undefined) return { name, declaration, value: bySite, from: 'site' };
  const byBaseline = baseline.checkParameters[check]?.[name];
  if (byBaseline !== undefined) return { name, declaration, value: byBaseline, from: 'baseline' };
  return { name, declaration, value: declaration.default, from: 'default' };
}
