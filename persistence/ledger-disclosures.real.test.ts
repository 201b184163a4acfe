import { randomUUID } from 'node:crypto';
import { aDisclosure, aStory, anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';
import { migrationNames, revertLastMigrations } from './migrate.ts';

jest.setTimeout(60_000);

describe.each(postgresBuilds)('disclosures of entries on %s', (_, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;

  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    persistence = await openWithTwoSites(database);
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  const sizeOf = async (site: string) => (await persistence.ledger.head(site)).size;

  test('are read with their own entries, page by page, NUL and lone surrogates included', async () => {
    const from = await sizeOf('main-street');
    const given = Array.from({ length: 40 }, (_unused, index) =>
      index % 3 === 0
        ? []
        : [
            aDisclosure('/host', `srv-${index}`),
            aDisclosure('/story/latest/facts/banner', ['a\u0000b\ud800', { ports: [22, null] }, index]),
          ],
    );
    const answers = await Promise.all(
      given.map((disclosures, index) =>
        persistence.ledger.append({
          site: 'main-street',
          recordId: randomUUID(),
          envelope: anEnvelope(`entry ${index}`),
          disclosures,
          story: aStory({ host: `srv-${index}` }),
        }),
      ),
    );
    const pages = await Promise.all(
      [0, 7, 14, 21, 28, 35].map((start) => persistence.ledger.readDisclosed('main-street', from + start, 7)),
    );
    const read = pages.flat();
    expect(read.map(({ entry }) => entry)).toEqual(await persistence.ledger.read('main-street', from, 100));
    expect(read).toHaveLength(given.length);
    for (const [index, { seq }] of answers.entries())
      expect(read[seq - from]?.disclosures).toEqual(given[index]);
    expect(await persistence.ledger.readDisclosed('main-street', from + 40, 7)).toEqual([]);
  });

  test('of a record made twice stay those of its entry', async () => {
    const record = { site: 'harbour', recordId: randomUUID(), envelope: anEnvelope('first') };
    const first = [aDisclosure('/host', 'first')];
    const again = {
      ...record,
      envelope: anEnvelope('again'),
      disclosures: [aDisclosure('/host', 'again')],
    };
    const { seq } = await persistence.ledger.append({ ...record, disclosures: first });
    const other = await createPersistence(database.server.url);
    expect(await persistence.ledger.append(again)).toEqual({ seq, appended: false });
    expect(await other.ledger.append(again)).toEqual({ seq, appended: false });
    await other.close();
    expect(await persistence.ledger.readDisclosed('harbour', seq, 10)).toMatchObject([
      { entry: { envelope: record.envelope }, disclosures: first },
    ]);

    const bare = { ...record, recordId: randomUUID() };
    const entry = await persistence.ledger.append(bare);
    await persistence.ledger.append({ ...again, recordId: bare.recordId });
    expect(await persistence.ledger.readDisclosed('harbour', entry.seq, 1)).toMatchObject([
      { disclosures: [] },
    ]);
  });

  test('are not stored where their entry is not', async () => {
    const before = await sizeOf('harbour');
    const disclosures = [aDisclosure('/host', 'never')];
    await expect(
      persistence.ledger.append({
        site: 'harbour',
        recordId: randomUUID(),
        envelope: anEnvelope('half'),
        disclosures,
        story: aStory({ site: 'harbour', title: 'nul \u0000' }),
      }),
    ).rejects.toMatchObject({ code: 'value_refused' });
    await persistence.ledger.append({
      site: 'harbour',
      recordId: randomUUID(),
      envelope: anEnvelope('next'),
    });
    expect(await persistence.ledger.readDisclosed('harbour', before, 10)).toMatchObject([
      { disclosures: [] },
    ]);
  });

  test('keep their table from being taken back', async () => {
    const later = migrationNames.slice(migrationNames.indexOf('EntryDisclosures1796300000000') + 1);
    await revertLastMigrations(database.server.ownerUrl, later.length);
    await expect(revertLastMigrations(database.server.ownerUrl)).rejects.toThrow(/have disclosures/);
  });
});
