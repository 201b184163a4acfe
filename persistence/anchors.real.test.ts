import { randomUUID } from 'node:crypto';
import { anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';
import { createDataSource } from './data-source.ts';
import { inSite } from './scope.ts';

jest.setTimeout(60_000);

describe.each(postgresBuilds)('anchors on %s', (_name, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;
  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    await (await openWithTwoSites(database)).close();
    persistence = await createPersistence(database.server.url, {
      checkpointSigner: createSigner(generateKeyPair().privateKeyPem),
    });
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  const append = (site: string) =>
    persistence.ledger.append({ site, recordId: randomUUID(), envelope: anEnvelope(randomUUID()) });
  const formedAt = '2026-11-27T10:00:00.000Z';
  const formWith = async () => {
    const ledgers = await persistence.anchors.unanchored();
    const id = randomUUID();
    const members = ledgers.map((ledger, index) => ({ ...ledger, index, inclusion: ['ab'.repeat(32)] }));
    await persistence.anchors.form({ id, formedAt, root: 'cd'.repeat(32) }, members);
    return { id, ledgers, members };
  };

  test('a ledger is in the next batch when it has grown, and in no other', async () => {
    expect(await persistence.anchors.unanchored()).toEqual([]);
    await append('main-street');
    await append('harbour');
    const first = await formWith();
    expect(first.ledgers.map(({ site, size }) => [site, size])).toEqual([
      ['harbour', 1],
      ['main-street', 1],
    ]);
    expect(await persistence.anchors.unanchored()).toEqual([]);
    await append('harbour');
    const [grown] = await persistence.anchors.unanchored();
    expect(grown).toMatchObject({ site: 'harbour', size: 2 });
    expect(grown?.checkpoint).toContain('malachor.dev/ledger/harbour\n2\n');
  });

  test('of two batches that read the same ledgers as unanchored one is formed', async () => {
    await append('harbour');
    const ledgers = await persistence.anchors.unanchored();
    const members = ledgers.map((ledger, index) => ({ ...ledger, index, inclusion: ['ab'.repeat(32)] }));
    const ids = Array.from({ length: 4 }, () => randomUUID());
    const formed = await Promise.all(
      ids.map((id) => persistence.anchors.form({ id, formedAt, root: 'cd'.repeat(32) }, members)),
    );
    expect(formed.filter((isFormed) => isFormed)).toHaveLength(1);
    const stored = await Promise.all(ids.map((id) => persistence.anchors.batch(id)));
    expect(stored.map((batch) => batch !== undefined)).toEqual(formed);
  });

  test('forming a batch twice leaves the first', async () => {
    await append('harbour');
    const { id, members } = await formWith();
    expect(await persistence.anchors.form({ id, formedAt, root: 'ef'.repeat(32) }, members)).toBe(true);
    expect(await persistence.anchors.batch(id)).toMatchObject({
      root: 'cd'.repeat(32),
      size: members.length,
    });
  });

  test('what is learned of a batch is kept with each of its sites, and settling it counts once', async () => {
    await append('main-street');
    const { id } = await formWith();
    const proof = Uint8Array.of(0, 1, 255);
    const standings = [{ calendar: 'https://a.example', state: 'pending' as const }];
    await persistence.anchors.keep(id, { proof, standings });
    const headers = [{ height: 7, header: '00'.repeat(80) }];
    await persistence.anchors.keep(id, { proof, standings, headers, tokens: [Uint8Array.of(48)] });
    await persistence.anchors.settle(id, '2026-11-28T10:00:00.000Z');
    await persistence.anchors.settle(id, '2026-11-29T10:00:00.000Z');
    const anchors = await persistence.anchors.ofSite('main-street', 1, 100);
    expect(anchors.at(-1)).toMatchObject({
      member: { size: 2, index: 0, inclusion: ['ab'.repeat(32)] },
      batch: {
        id,
        proof,
        headers,
        standings,
        tokens: [Uint8Array.of(48)],
        settledAt: '2026-11-28T10:00:00.000Z',
      },
    });
    expect(await persistence.anchors.ofSite('main-street', 3, 100)).toEqual([]);
    await append('main-street');
    const later = await formWith();
    expect(await persistence.anchors.newest('main-street')).toMatchObject({
      latest: { member: { size: 3 }, batch: { id: later.id } },
      settled: { member: { size: 2 }, batch: { id } },
    });
    expect((await persistence.anchors.newest('harbour')).settled).toBeUndefined();
  });

  test('neither members nor what a batch is about can be changed, and sites do not see each other', async () => {
    const dataSource = await createDataSource(database.server.url);
    const attempt = (sql: string) =>
      inSite(dataSource, 'harbour', (manager) => manager.query<unknown[]>(sql));
    for (const sql of [
      'delete from anchor_member',
      `update anchor_member set checkpoint = ''`,
      'delete from anchor_batch',
      `update anchor_batch set root = repeat('0', 64)`,
    ])
      await expect(attempt(sql)).rejects.toThrow();
    expect(await attempt(`select from anchor_member where site <> 'harbour'`)).toEqual([]);
    await dataSource.destroy();
  });
});
