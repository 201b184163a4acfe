import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { metrics, type CheckDefinition, type Metric } from '../../contracts/catalog/check.ts';
import type { Observation } from '../../contracts/observation.ts';
import { baselineOf, type BaselineHost } from '../baselines/baseline-of.ts';
import { overrideOf, type CheckOverrides } from '../baselines/check-plan.ts';
import type { CheckEvidence, HostEvidence, SiteEvidence } from './evidence.ts';

/** What is stored of a site, as far as its score needs it. */
export interface SiteFacts {
  site: string;
  hosts: readonly BaselineHost[];
  /** The latest of each host and check. */
  results: readonly Observation[];
  overrides: CheckOverrides;
  /** What two people accept for now. */
  accepted: readonly { host: string; check: string; expiresAt: string }[];
}

/** How long a result counts. A host that nobody has looked at for two days may be anything by now. */
export const freshForMs = 48 * 3_600_000;

/** Whether a result is too old at `at` (ISO 8601) to say how the host is. */
export function isStale({ observedAt }: Pick<Observation, 'observedAt'>, at: string): boolean {
  return Date.parse(at) - Date.parse(observedAt) > freshForMs;
}

/**
 * What counts in the score of a site: of each host, the checks of its baseline that belong to a metric.
 */
export function siteEvidence(
  catalog: Pick<Catalog, 'checks' | 'baselines'>,
  facts: SiteFacts,
  at: string,
): SiteEvidence {
  const resultsOf = Map.groupBy(facts.results, ({ host }) => host);
  const hosts = facts.hosts.map((host): HostEvidence => {
    const results = new Map((resultsOf.get(host.id) ?? []).map((result) => [result.check, result]));
    const { checks: ids } = baselineOf(catalog.baselines, host, results.keys());
    const checks = [...new Set(ids)].flatMap((id): CheckEvidence[] => {
      const check = catalog.checks.get(id);
      if (!check) return unreadable(id);
      if (!check.metric) return [];
      return [evidenceOf({ ...check, metric: check.metric }, host.id, results.get(id), facts, at)];
    });
    return { host: host.id, checks };
  });
  return { site: facts.site, hosts };
}

/**
 * A check of the baseline that the catalogue does not have, as when its file is broken, may belong to any metric: it is
 * unknown in each, so that a broken file never makes a score better.
 */
function unreadable(check: string): CheckEvidence[] {
  return metrics.map((metric) => ({
    ...{ check, title: check, metric, severity: 'critical', status: 'unknown' },
    message: 'the catalogue does not have it, so what it would say is not known',
    nextStep: 'Run `malachor catalog lint` and mend the file that would have defined it.',
  }));
}

function evidenceOf(
  check: CheckDefinition & { metric: Metric },
  host: string,
  result: Observation | undefined,
  { overrides, accepted }: SiteFacts,
  at: string,
): CheckEvidence {
  const { id, title, metric, severity } = check;
  const base = { check: id, title, metric, severity };
  const override = overrideOf(overrides, id);
  if (override?.enabled === false) {
    const why = override.reason ?? 'no reason was given';
    return { ...base, status: 'disabled', message: `the site turned it off: ${why}` };
  }
  if (!result) return { ...base, status: 'missing', message: 'it was never looked at' };
  const { status, message, error, observedAt } = result;
  if (isStale(result, at))
    return { ...base, status: 'stale', message: `last looked at ${observedAt}`, observedAt };
  const risk = accepted.find((each) => each.host === host && each.check === id);
  return {
    ...base,
    status,
    message,
    observedAt,
    ...(error === undefined ? {} : { nextStep: error.nextStep }),
    ...(risk === undefined ? {} : { acceptedUntil: risk.expiresAt }),
  };
}
