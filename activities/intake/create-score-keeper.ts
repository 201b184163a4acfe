import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { ScorePoint } from '../../contracts/score.ts';
import { scorePoint } from '../../domain/score/score-point.ts';
import { siteEvidence, type SiteFacts } from '../../domain/score/site-evidence.ts';
import type { IntakeDependencies } from './ports.ts';

/** What the keeper of scores needs of others. */
export interface ScoreKeeperDependencies {
  catalog: () => Catalog;
  facts: { read(site: string): Promise<SiteFacts> };
  history: {
    /** Adds the point where it says something new; resolves to whether it did. */
    note(site: string, point: ScorePoint): Promise<boolean>;
  };
}

/** Computes a site's score from what is stored and puts it into the site's history. */
export function createScoreKeeper({
  catalog,
  facts,
  history,
}: ScoreKeeperDependencies): IntakeDependencies['scores'] {
  return {
    note: async (site, at) => {
      const evidence = siteEvidence(catalog(), await facts.read(site), at);
      await history.note(site, scorePoint(evidence, at));
    },
  };
}
