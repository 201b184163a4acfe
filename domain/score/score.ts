import { metrics, type Metric } from '../../contracts/catalog/check.ts';
import type { Severity } from '../../contracts/observation.ts';
import type { CheckEvidence, HostEvidence, SiteEvidence } from './evidence.ts';
import { explainCheck, explainEmptySite, explainMetric, type Loss } from './loss.ts';
import { metricWeights } from './metric-weights.ts';
import { shareOut } from './share-out.ts';

/** Points are counted in whole millionths, so that points and losses sum to a hundred exactly. */
export const microPointsOfPoint = 1_000_000;
export const fullScore = 100 * microPointsOfPoint;

/** Points of a metric: what is left of what it could give. */
export interface MetricScore {
  metric: Metric;
  microPoints: number;
  of: number;
}

/** A score with every lost point explained: `microPoints` and those of `losses` sum to a hundred points exactly. */
export interface Score {
  microPoints: number;
  /** In the order of `metrics`; empty where a site has no hosts. */
  metrics: readonly MetricScore[];
  /** The largest first. */
  losses: readonly Loss[];
}

/** A site within the score of several: what it gives of what it could, and what it loses by metric. */
export interface SiteShare extends Score {
  site: string;
  of: number;
}

/** What a check counts among those of its metric. */
const severityWeights: Readonly<Record<Severity, number>> = { low: 1, medium: 2, high: 3, critical: 4 };

/** The score as people read it: whole points, rounded down, so that 100 means that nothing is lost. */
export function wholePoints(microPoints: number): number {
  return Math.floor(microPoints / microPointsOfPoint);
}

/** A host's own score (B7). */
export function scoreHost(site: string, host: HostEvidence): Score {
  return inOrder(shareOfHost(site, host, fullScore));
}

/** A site's score: every host counts alike. A site without hosts has none of its points: nothing is known of it. */
export function scoreSite(evidence: SiteEvidence): Score {
  return inOrder(shareOfSite(evidence, fullScore));
}

/** The score of several sites, as of one partner: every site counts alike, whatever its size. */
export function scoreSites(sites: readonly SiteEvidence[]): { microPoints: number; sites: SiteShare[] } {
  const ordered = sorted(sites, ({ site }) => site);
  if (ordered.length === 0) return { microPoints: 0, sites: [] };
  const shares = shareOut(
    fullScore,
    ordered.map(() => 1),
  );
  const scored = ordered.map((evidence, index) => {
    const of = shares[index] ?? 0;
    return { site: evidence.site, of, ...inOrder(shareOfSite(evidence, of)) };
  });
  return { microPoints: sumOf(scored), sites: scored };
}

function shareOfSite({ site, hosts }: SiteEvidence, share: number): Score {
  if (hosts.length === 0) return { microPoints: 0, metrics: [], losses: [explainEmptySite(share)] };
  const ordered = sorted(hosts, ({ host }) => host);
  const shares = shareOut(
    share,
    ordered.map(() => 1),
  );
  const scored = ordered.map((host, index) => shareOfHost(site, host, shares[index] ?? 0));
  return {
    microPoints: sumOf(scored),
    metrics: metrics.map((metric, index) => ({
      metric,
      microPoints: sumOf(scored.flatMap((host) => host.metrics[index] ?? [])),
      of: scored.reduce((all, host) => all + (host.metrics[index]?.of ?? 0), 0),
    })),
    losses: scored.flatMap(({ losses }) => losses),
  };
}

function shareOfHost(site: string, { host, checks }: HostEvidence, share: number): Score {
  const shares = shareOut(
    share,
    metrics.map((metric) => metricWeights[metric]),
  );
  const losses: Loss[] = [];
  const scored = metrics.map((metric, index): MetricScore => {
    const of = shares[index] ?? 0;
    const lost = lossesOfMetric(
      site,
      host,
      metric,
      checks.filter((check) => check.metric === metric),
      of,
    );
    losses.push(...lost);
    return { metric, of, microPoints: of - sumOf(lost) };
  });
  return { microPoints: sumOf(scored), metrics: scored, losses };
}

/** What a metric without a check loses is all of it: what nothing looks at is not passed. */
function lossesOfMetric(
  site: string,
  host: string,
  metric: Metric,
  checks: readonly CheckEvidence[],
  share: number,
): Loss[] {
  if (checks.length === 0) return [explainMetric(host, metric, share)];
  const ordered = sorted(checks, ({ check }) => check);
  const shares = shareOut(
    share,
    ordered.map(({ severity }) => severityWeights[severity]),
  );
  return ordered.flatMap((evidence, index) => {
    const microPoints = lostOf(evidence, shares[index] ?? 0);
    return microPoints === 0 ? [] : [explainCheck(site, host, evidence, microPoints)];
  });
}

/** A warning loses half; all but a pass and a warning loses the whole, an accepted risk too: it is still a risk. */
function lostOf({ status }: CheckEvidence, share: number): number {
  if (status === 'pass') return 0;
  return status === 'warning' ? Math.ceil(share / 2) : share;
}

function inOrder(score: Score): Score {
  const losses = [...score.losses].sort((a, b) => b.microPoints - a.microPoints);
  return { ...score, losses };
}

function sumOf(parts: readonly { microPoints: number }[]): number {
  return parts.reduce((all, { microPoints }) => all + microPoints, 0);
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
