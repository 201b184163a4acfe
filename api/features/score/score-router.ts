import { scoreHistory, scoreOfSites, siteScore } from '../../../contracts/api/score.ts';
import { wholePoints } from '../../../domain/score/score.ts';
import type { Mount } from '../../http/mount.ts';
import { withoutUndefined } from '../../http/without-undefined.ts';
import type { ScoreService } from './score-service.ts';

export function mountScore(mount: Mount, service: ScoreService): void {
  mount(siteScore, async ({ params: { site }, query: { host } }) => ({
    body: await service.ofSite(site, host),
  }));

  mount(scoreHistory, async ({ params: { site }, query }) => {
    const { items, nextCursor } = await service.history({ site, ...withoutUndefined(query) });
    const shown = items.map((point) => ({
      ...point,
      score: wholePoints(point.microPoints),
      hosts: point.hosts.map((host) => ({ ...host, score: wholePoints(host.microPoints) })),
    }));
    return { body: { items: shown, ...(nextCursor === undefined ? {} : { nextCursor }) } };
  });

  mount(scoreOfSites, async () => ({ body: await service.ofSites() }));
}
