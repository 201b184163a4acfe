import type { ScorePoint } from '../../contracts/score.ts';
import type { SiteEvidence } from './evidence.ts';
import { scoreHost, scoreSite } from './score.ts';

/** A site's score at `at` as its history keeps it: the points, without their explanation. */
export function scorePoint(evidence: SiteEvidence, at: string): ScorePoint {
  const { microPoints, metrics } = scoreSite(evidence);
  const hosts = evidence.hosts.map((host) => ({
    host: host.host,
    microPoints: scoreHost(evidence.site, host).microPoints,
  }));
  hosts.sort((a, b) => (a.host < b.host ? -1 : 1));
  return { at, microPoints, metrics: [...metrics], hosts };
}
