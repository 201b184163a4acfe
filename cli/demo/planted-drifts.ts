import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { isRunnable, type RunbookDefinition } from '../../contracts/catalog/runbook.ts';

/** What must become of a planted drift, by the risk of its runbook. */
export type ExpectedEnd = 'L1' | 'L2' | 'two people' | 'a person';

/** One drift for one runbook. */
export interface PlantedDrift {
  runbook: string;
  /** What an administrator, an installer or an intruder did. */
  what: string;
  prepare?: string;
  plant: string;
  needsKernel: boolean;
  /** The checks that the runbook mends; at least one of them finds the drift. */
  checks: readonly string[];
  ends: ExpectedEnd;
}

/** The first drill of every runbook that is not about its refusing. */
export function planDrifts(catalog: Catalog): PlantedDrift[] {
  return [...catalog.runbooks.values()].flatMap(({ definition }) => {
    const drill = catalog.drills.get(definition.id)?.find(({ ends }) => ends !== 'refuses');
    if (!drill) return [];
    const { what, plant, prepare, needs } = drill;
    return {
      runbook: definition.id,
      what,
      plant,
      ...(prepare === undefined ? {} : { prepare }),
      needsKernel: needs === 'kernel',
      checks: [definition.verify.check, ...definition.verify.also],
      ends: expectedEnd(catalog, definition),
    };
  });
}

function expectedEnd({ rules }: Catalog, runbook: RunbookDefinition): ExpectedEnd {
  if (!isRunnable(runbook)) return 'a person';
  if (runbook.risk === 'high') return 'two people';
  return rules.some((rule) => rule.runbook === runbook.id && rule.match.check === runbook.verify.check)
    ? 'L1'
    : 'L2';
}
