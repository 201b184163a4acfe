import { randomUUID } from 'node:crypto';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import { openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import type { Cosignature, Refusal } from './cosignatures.ts';
import type { Persistence } from './create-persistence.ts';
import { migrationNames, revertLastMigrations } from './migrate.ts';

jest.setTimeout(60_000);

function aCosignature(size: number, signedAt: string, witness = 'w'): Cosignature {
  return {
    witness,
    size,
    signedAt,
    recordedAt: signedAt,
    checkpoint: `note ${size}\n`,
    line: `line of ${witness}\n`,
  };
}
function aRefusal(request: string, recordedAt: string): Refusal {
  return { request, witness: 'w', size: 9, code: 'fork', recordedAt, checkpoint: 'a forked note\n' };
}

describe.each(postgresBuilds)('cosignatures on %s', (_name, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;
  const keep = (cosignature: Cosignature, frontier: string[] = []) =>
    persistence.cosignatures.keep(site, cosignature, frontier);
  let site: string;
  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    persistence = await openWithTwoSites(database);
  });
  beforeEach(async () => {
    site = `site-${randomUUID().slice(0, 8)}`;
    await persistence.sites.enrolSite({ id: site, name: site, policy: sitePolicySchema.parse({}) });
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  test('a ledger is continued from the largest size that was cosigned, as it was then', async () => {
    expect(await persistence.cosignatures.range(site)).toBeUndefined();
    await keep(aCosignature(3, '2026-11-27T10:00:00.000Z'), ['a', 'b']);
    await keep(aCosignature(8, '2026-11-27T11:00:00.000Z'), ['c']);
    expect(await persistence.cosignatures.range(site)).toEqual({ size: 8, frontier: ['c'] });
    expect(await persistence.cosignatures.range(site, 3)).toEqual({ size: 3, frontier: ['a', 'b'] });
    expect(await persistence.cosignatures.range(site, 5)).toBeUndefined();
    expect(await persistence.cosignatures.range('harbour')).toBeUndefined();
  });

  test('the last answers of each witness are told, and what is kept twice is there once', async () => {
    for (let times = 0; times < 2; times++) {
      await keep(aCosignature(3, '2026-11-27T10:00:00.000Z'));
      await keep(aCosignature(8, '2026-11-27T11:00:00.000Z', 'other'));
      await persistence.cosignatures.refuse(site, aRefusal('first', '2026-11-27T12:00:00.000Z'));
      await persistence.cosignatures.refuse(site, aRefusal('second', '2026-11-27T13:00:00.000Z'));
    }
    expect(await persistence.cosignatures.standings(site)).toEqual([
      { witness: 'other', cosigned: { size: 8, signedAt: '2026-11-27T11:00:00.000Z' } },
      {
        witness: 'w',
        cosigned: { size: 3, signedAt: '2026-11-27T10:00:00.000Z' },
        refused: { size: 9, code: 'fork', recordedAt: '2026-11-27T13:00:00.000Z' },
      },
    ]);
    expect(await persistence.cosignatures.standings('harbour')).toEqual([]);
    expect(await persistence.cosignatures.ofPart(site, { from: 1, to: 9 })).toHaveLength(2);
  });

  test('of a part each witness has its last of a day, and its last of the end', async () => {
    for (const [size, at] of [
      [2, '2026-11-26T10:00:00.000Z'],
      [3, '2026-11-26T23:59:59.000Z'],
      [5, '2026-11-27T00:00:00.000Z'],
      [6, '2026-11-27T10:00:00.000Z'],
      [6, '2026-11-27T11:00:00.000Z'],
      [8, '2026-11-27T12:00:00.000Z'],
    ] as const)
      await keep(aCosignature(size, at));
    await keep(aCosignature(2, '2026-11-26T10:00:00.000Z', 'other'));
    const sizes = async (from: number, to: number) =>
      (await persistence.cosignatures.ofPart(site, { from, to })).map(
        ({ size, witness, signedAt }) => `${size} ${witness} ${signedAt.slice(8, 16)}`,
      );
    expect(await sizes(1, 8)).toEqual(['2 other 26T10:00', '3 w 26T23:59', '8 w 27T12:00']);
    expect(await sizes(3, 6)).toEqual(['3 w 26T23:59', '6 w 27T11:00']);
    expect(await sizes(1, 2)).toEqual(['2 other 26T10:00', '2 w 26T10:00']);
  });

  test('the tables are taken back only while no witness has answered', async () => {
    await persistence.cosignatures.refuse(site, aRefusal('first', '2026-11-27T12:00:00.000Z'));
    const later = migrationNames.slice(migrationNames.indexOf('Cosignatures1796450000000') + 1);
    await revertLastMigrations(database.server.ownerUrl, later.length);
    await expect(revertLastMigrations(database.server.ownerUrl)).rejects.toThrow('witnesses have answered');
  });
});
