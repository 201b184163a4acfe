import pg from 'pg';
import { evidenceExpectation } from '../contracts/evidence-intervals.ts';
import { controlsDigest } from '../domain/catalog/control-map.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { sampleControls } from '../evidence/testing/sample-statements.ts';
import { openWithTwoSites } from '../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import type { Persistence } from './create-persistence.ts';

jest.setTimeout(60_000);

let database: TestDatabase;
let persistence: Persistence;
beforeAll(async () => {
  database = await startTestDatabase();
  persistence = await openWithTwoSites(database);
});
afterAll(async () => {
  await persistence.close();
  await database.remove();
});

const day = (number: number) => new Date(Date.UTC(2026, 0, number)).toISOString();

test('what is due is noted when it changes, and only then', async () => {
  const { expectations } = persistence;
  for (const [number, minutes] of [
    [1, 10],
    [2, 10],
    [3, 60],
    [4, 60],
    [5, 10],
    [6, 0],
  ] as const) {
    await expectations.remember('main-street', evidenceExpectation(day(number), minutes));
  }
  expect(await expectations.list('main-street')).toEqual([
    evidenceExpectation(day(1), 10),
    evidenceExpectation(day(3), 60),
    evidenceExpectation(day(5), 10),
    evidenceExpectation(day(6), 0),
  ]);
  expect(await expectations.list('harbour')).toEqual([]);
});

test('a map of controls comes back as what its digest was made of', async () => {
  const digest = controlsDigest(sampleControls, sha256);
  await persistence.controlMaps.remember(digest, sampleControls);
  await persistence.controlMaps.remember(digest, sampleControls);
  const maps = await persistence.controlMaps.list();
  expect([...maps.keys()]).toEqual([digest]);
  expect(controlsDigest(maps.get(digest)!, sha256)).toBe(digest);
});

test.each(['control_map', 'site_expectation'])(
  'nobody changes what is in %s, its owner neither',
  async (table) => {
    for (const connectionString of [database.server.url, database.server.ownerUrl]) {
      const client = new pg.Client({ connectionString });
      await client.connect();
      await client.query(`select set_config('malachor.site', 'main-street', false)`);
      for (const change of [`delete from ${table}`, `truncate ${table}`])
        await expect(client.query(change)).rejects.toThrow();
      await client.end();
    }
  },
);
