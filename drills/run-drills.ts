import type { Catalog, CatalogRunbook } from '../contracts/catalog/catalog.ts';
import type { Drill } from '../contracts/catalog/drill.ts';
import type { Lab } from '../stack/lab/lab.ts';
import { type DrillResult, runDrill } from './run-drill.ts';

export interface PlannedDrill {
  runbook: CatalogRunbook;
  drill: Drill;
}

/** Containers at a time: the boot of a host overlaps with drills on others. Machines are slow enough one by one. */
const lanes = { container: 2, kernel: 1 };

/** Plays the drills, several at a time; results in the order in which they end. */
export async function runDrills(
  lab: Pick<Lab, 'addHost' | 'removeHost' | 'run'>,
  catalog: Catalog,
  planned: readonly PlannedDrill[],
  onResult: (result: DrillResult) => void = () => undefined,
): Promise<DrillResult[]> {
  const results: DrillResult[] = [];
  const work = async (waiting: Iterator<PlannedDrill>) => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      const result = await runDrill(lab, catalog, next.value.runbook, next.value.drill);
      onResult(result);
      results.push(result);
    }
  };
  await Promise.all(
    (['kernel', 'container'] as const).flatMap((kind) => {
      const waiting = planned.filter(({ drill }) => drill.needs === kind).values();
      return Array.from({ length: lanes[kind] }, () => work(waiting));
    }),
  );
  return results;
}

/** Every drill of the catalogue. */
export function allDrills(catalog: Catalog): PlannedDrill[] {
  return [...catalog.drills].flatMap(([id, drills]) => {
    const runbook = catalog.runbooks.get(id);
    if (!runbook) throw new Error(`${id} is drilled and not in the catalogue`);
    return drills.map((drill) => ({ runbook, drill }));
  });
}

/** The first drill of each runbook, in a container where it has one: machines take minutes each. */
export function ordinaryDrills(catalog: Catalog): PlannedDrill[] {
  const perRunbook = Map.groupBy(allDrills(catalog), ({ runbook }) => runbook.definition.id);
  return [...perRunbook.values()].flatMap(
    (drills) => drills.find(({ drill }) => drill.needs === 'container') ?? drills.slice(0, 1),
  );
}
