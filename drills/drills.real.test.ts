import { join } from 'node:path';
import { readCatalog } from '../catalog/read-catalog.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { testLab } from '../test/setup/lab.ts';
import type { DrillResult } from './run-drill.ts';
import { ordinaryDrills, runDrills } from './run-drills.ts';

/**
 * The roll-back contract (H7) on real hosts, for the shipped catalogue. `malachor runbook test --all` plays the remaining
 * drills on machines, too.
 */
const lab = testLab();
let catalog: Catalog;
let results: DrillResult[];

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  results = await runDrills(lab, catalog, ordinaryDrills(catalog));
}, 1_800_000);
afterAll(() => lab.stop());

test('every drift that a runbook is for is found, healed and taken back, byte for byte', () => {
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  const drilled = new Set(results.map(({ runbook }) => runbook));
  expect([...drilled].sort()).toEqual([...catalog.runbooks.keys()].sort());
});
