import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { isRunnable, type RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Observation } from '../../contracts/observation.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { verifies } from '../catalog/verifies.ts';

/**
 * The allow-list: every runbook the model may name for this observation, by id. It holds runbooks that the site has
 * not switched off, for the host's operating system, whose own verification is the drifted check. For status `error`
 * only those that repair the means of checking; for `unknown` and `pass` none, because nothing known is broken.
 */
export function candidateRunbooks(
  catalog: Pick<Catalog, 'runbooks'>,
  policy: Pick<SitePolicy, 'runbooks'>,
  observation: Pick<Observation, 'check' | 'status' | 'os'>,
): ReadonlyMap<string, RunbookDefinition> {
  const candidates = new Map<string, RunbookDefinition>();
  if (observation.status === 'pass' || observation.status === 'unknown') return candidates;
  for (const { definition } of catalog.runbooks.values()) {
    const isEnabled = policy.runbooks[definition.id]?.enabled ?? true;
    const fitsHost = definition.os.includes(observation.os.family);
    const fitsCheck = verifies(definition, observation.check) && isRunnable(definition);
    const fitsStatus = observation.status !== 'error' || definition.repairsChecking;
    if (isEnabled && fitsHost && fitsCheck && fitsStatus) candidates.set(definition.id, definition);
  }
  return candidates;
}
