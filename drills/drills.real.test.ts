import { join } from 'node:path';
import { readCatalog } from '../catalog/read-catalog.ts';
import type { Catalog } from '../contracts/catalog/catalog.ts';
import { testLab } from '../test/setup/lab.ts';
import type { DrillResult } from './run-drill.ts';
import { allDrills, ordinaryDrills, runDrills } from './run-drills.ts';

/**
 * The roll-back contract (H7) on real hosts, for the shipped catalogue: one drill a runbook in the ordinary run, every drill
 * with `malachor test --all-drills`, as CI does, and with `malachor runbook test --all`.
 */
const lab = testLab();
let catalog: Catalog;
let results: DrillResult[];

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
  const planned =
    process.env['MALACHOR_TEST_DRILLS'] === 'all' ? allDrills(catalog) : ordinaryDrills(catalog);
  results = await runDrills(lab, catalog, planned);
}, 3_000_000);
afterAll(() => lab.stop());

test('every drift that a runbook is for is found, healed and taken back, byte for byte', () => {
  expect(results.filter(({ passed }) => !passed)).toEqual([]);
  const drilled = new Set(results.map(({ runbook }) => runbook));
  expect([...drilled].sort()).toEqual([...catalog.runbooks.keys()].sort());
});
