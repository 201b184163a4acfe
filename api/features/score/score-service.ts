import type { ApiScoreOfSites, ApiSiteScore } from '../../../contracts/api/score.ts';
import type { Catalog } from '../../../contracts/catalog/catalog.ts';
import type { ScorePoint } from '../../../contracts/score.ts';
import type { SiteEvidence } from '../../../domain/score/evidence.ts';
import type { Loss } from '../../../domain/score/loss.ts';
import { scoreHost, scoreSite, scoreSites, wholePoints } from '../../../domain/score/score.ts';
import { siteEvidence } from '../../../domain/score/site-evidence.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import type { StoredChecks } from '../checks/stored-checks.ts';
import { requireSite } from '../sites/require-site.ts';
import type { SiteReader } from '../sites/site-ports.ts';

export interface ScoreHistoryQuery {
  site: string;
  from?: string;
  to?: string;
  cursor?: string;
  limit: number;
}

export interface ScoreHistoryReader {
  /** Oldest first. */
  list(query: ScoreHistoryQuery): Promise<{ items: ScorePoint[]; nextCursor?: string }>;
}

export interface ScoreServicePorts {
  checks: Pick<StoredChecks, 'facts'>;
  sites: SiteReader;
  scoreHistory: ScoreHistoryReader;
  catalog: () => Catalog;
  clock: () => Date;
}

/** Scores as they are now, computed from what is stored, and as they were. Rejects with ApiProblem. */
export interface ScoreService {
  /** A site's score, or the own score of one of its hosts. */
  ofSite(site: string, host?: string): Promise<ApiSiteScore>;
  ofSites(): Promise<ApiScoreOfSites>;
  history(query: ScoreHistoryQuery): ReturnType<ScoreHistoryReader['list']>;
}

export function createScoreService(ports: ScoreServicePorts): ScoreService {
  const { checks, sites, scoreHistory, catalog, clock } = ports;
  const evidenceOf = async (site: string, at: string) =>
    siteEvidence(catalog(), await checks.facts(site), at);
  return {
    ofSite: async (site, host) => {
      const at = clock().toISOString();
      const evidence = await evidenceOf(site, at);
      const hosts = evidence.hosts.map((each) => {
        const { microPoints } = scoreHost(site, each);
        return { host: each.host, score: wholePoints(microPoints), microPoints };
      });
      const { microPoints, metrics, losses } =
        host === undefined ? scoreSite(evidence) : ofHost(evidence, host);
      return {
        ...{ site, at, score: wholePoints(microPoints), microPoints },
        ...(host === undefined ? {} : { host }),
        metrics: [...metrics],
        hosts: host === undefined ? hosts : hosts.filter((each) => each.host === host),
        losses: [...losses],
      };
    },

    ofSites: async () => {
      const at = clock().toISOString();
      const all: SiteEvidence[] = [];
      for (const { id } of await sites.listSites()) all.push(await evidenceOf(id, at));
      const scored = scoreSites(all);
      const ownScores = new Map(all.map((each) => [each.site, scoreSite(each).microPoints]));
      return {
        ...{ at, score: wholePoints(scored.microPoints), microPoints: scored.microPoints },
        sites: scored.sites.map(({ site, microPoints, of, losses }) => ({
          ...{ site, microPoints, of, lost: summed(losses) },
          score: wholePoints(ownScores.get(site) ?? 0),
        })),
      };
    },

    history: async (query) => {
      await requireSite(sites, query.site);
      return scoreHistory.list(query);
    },
  };
}

function ofHost(evidence: SiteEvidence, host: string) {
  const found = evidence.hosts.find((each) => each.host === host);
  if (!found) throw new ApiProblem('host_not_found', `The site has no host ${host}: see /api/hosts.`);
  return scoreHost(evidence.site, found);
}

type Lost = ApiScoreOfSites['sites'][number]['lost'][number];

/** Losses by metric and status, the largest first. */
function summed(losses: readonly Loss[]): Lost[] {
  const groups = Map.groupBy(losses, ({ metric, status }) => `${metric ?? ''}/${status}`);
  const lost = [...groups.values()].map((group): Lost => {
    const [{ metric, status } = { status: 'unknown' as const, metric: undefined }] = group;
    const microPoints = group.reduce((all, each) => all + each.microPoints, 0);
    const checks = group.filter(({ check }) => check !== undefined).length;
    return { ...(metric === undefined ? {} : { metric }), status, microPoints, checks };
  });
  return lost.sort((a, b) => b.microPoints - a.microPoints);
}
