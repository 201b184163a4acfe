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

/** Every drill, but of those that need a kernel of their own only the first of each runbook: they take minutes each. */
export function ordinaryDrills(catalog: Catalog): PlannedDrill[] {
  return [...catalog.drills].flatMap(([id, drills]) => {
    const runbook = catalog.runbooks.get(id);
    if (!runbook) throw new Error(`${id} is drilled and not in the catalogue`);
    const first = drills.find(({ needs }) => needs === 'kernel');
    return drills
      .filter((drill) => drill.needs === 'container' || drill === first)
      .map((drill) => ({ runbook, drill }));
  });
}
