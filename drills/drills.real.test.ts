import { join } from 'node:path';
import { readCatalog } from '../catalog/read-catalog.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { testLab } from '../test/setup/lab.ts';
import { runDrill, type DrillResult } from './run-drill.ts';

/**
 * The roll-back contract (H7) on real hosts, for every drill of the shipped catalogue: what `malachor runbook test --all`
 * runs.
 */
const drillsAtOnce = 2;
const lab = testLab();
let catalog: Catalog;
let results: DrillResult[];

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  const waiting = [...catalog.drills]
    .flatMap(([id, drills]) => drills.map((drill) => ({ id, drill })))
    .values();
  results = [];
  const work = async () => {
    for (const { id, drill } of waiting) {
      const runbook = catalog.runbooks.get(id);
      if (!runbook) throw new Error(`${id} is drilled and not in the catalogue`);
      results.push(await runDrill(lab, catalog, runbook, drill));
    }
  };
  await Promise.all(Array.from({ length: drillsAtOnce }, work));
}, 900_000);
afterAll(() => lab.stop());

test('every drift that a runbook is for is found, healed and taken back, byte for byte', () => {
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  const drilled = new Set(results.map(({ runbook }) => runbook));
  expect([...drilled].sort()).toEqual([...catalog.runbooks.keys()].sort());
});
