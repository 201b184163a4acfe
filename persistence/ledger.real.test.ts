import { randomUUID } from 'node:crypto';
import { ledgerRoot } from '../evidence/ledger.ts';
import { entryHash, genesisHash } from '../evidence/ledger.ts';
import { rangeOf } from '../evidence/merkle.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { isSignedBy, parseCheckpoint } from '../evidence/checkpoint.ts';
import { aStory, anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';

jest.setTimeout(60_000);

/** Reads the whole ledger and checks every link, hash and the Merkle root; returns the payloads in order. */
async function verifiedPayloads(persistence: Persistence, site: string): Promise<string[]> {
  const entries = await persistence.ledger.read(site, 0, 100_000);
  let previousHash = genesisHash(site, sha256);
  for (const [index, { entryHash: hash, ...entry }] of entries.entries()) {
    expect(entry.seq).toBe(index);
    expect(entry.previousHash).toBe(previousHash);
    expect(hash).toBe(entryHash(entry, sha256));
    previousHash = hash;
  }
  const head = await persistence.ledger.head(site);
  expect(head).toMatchObject({ size: entries.length, headHash: previousHash });
  const tree = rangeOf(
    entries.map((entry) => entry.entryHash),
    sha256,
  );
  expect(head.frontier).toEqual(tree.frontier);
  return entries.map(({ envelope }) => Buffer.from(envelope.payload, 'base64').toString());
}

describe.each(postgresBuilds)('the ledger on %s', (_, binDirectory) => {
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

  test('is one chain without gaps when several processes append at once', async () => {
    const pools = await Promise.all([1, 2, 3].map(() => createPersistence(database.server.url)));
    const texts = Array.from({ length: 240 }, (_unused, index) => `entry ${index}`);
    const answers = await Promise.all(
      texts.map((text, index) =>
        pools[index % pools.length]!.ledger.append({
          site: 'main-street',
          recordId: randomUUID(),
          envelope: anEnvelope(text),
        }),
      ),
    );
    await Promise.all(pools.map((pool) => pool.close()));
    const payloads = await verifiedPayloads(persistence, 'main-street');
    expect(answers.every(({ appended }) => appended)).toBe(true);
    for (const [index, { seq }] of answers.entries()) expect(payloads[seq]).toBe(texts[index]);
    expect(payloads).toHaveLength(texts.length);
  });

  test('has a record once, however often and from wherever it is sent', async () => {
    const record = { site: 'harbour', recordId: randomUUID(), envelope: anEnvelope('once') };
    const other = await createPersistence(database.server.url);
    const answers = await Promise.all([
      persistence.ledger.append(record),
      persistence.ledger.append(record),
      other.ledger.append(record),
      other.ledger.append(record),
    ]);
    answers.push(await persistence.ledger.append(record), await other.ledger.append(record));
    await other.close();
    expect(answers.filter(({ appended }) => appended)).toHaveLength(1);
    expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1);
    expect((await verifiedPayloads(persistence, 'harbour')).filter((text) => text === 'once')).toHaveLength(
      1,
    );
  });

  test('takes the good records of a group when one is refused', async () => {
    const before = (await persistence.ledger.head('harbour')).size;
    const [bad, good] = await Promise.allSettled([
      persistence.ledger.append({ site: 'harbour', recordId: 'nul \u0000', envelope: anEnvelope('bad') }),
      persistence.ledger.append({ site: 'harbour', recordId: randomUUID(), envelope: anEnvelope('good') }),
    ]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'value_refused' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { seq: before } });
    await verifiedPayloads(persistence, 'harbour');
  });

  test('shows the story of a record with the number of its entry', async () => {
    const story = aStory({ host: 'recorded' });
    const { seq } = await persistence.ledger.append({
      site: 'main-street',
      recordId: randomUUID(),
      envelope: anEnvelope('with a story'),
      story,
    });
    expect(await persistence.incidents.get(story.id)).toEqual({ ...story, ledgerEntries: [seq] });
  });

  test('does not take a record whose story cannot be stored', async () => {
    const before = await persistence.ledger.head('main-street');
    await expect(
      persistence.ledger.append({
        site: 'main-street',
        recordId: randomUUID(),
        envelope: anEnvelope('half'),
        story: aStory({ title: 'nul \u0000' }),
      }),
    ).rejects.toMatchObject({ code: 'value_refused' });
    expect(await persistence.ledger.head('main-street')).toEqual(before);
  });

  test('signs a checkpoint of what it holds', async () => {
    const keys = generateKeyPair();
    const signing = await createPersistence(database.server.url, {
      checkpointSigner: createSigner(keys.privateKeyPem),
    });
    await signing.ledger.append({ site: 'harbour', recordId: randomUUID(), envelope: anEnvelope('signed') });
    const summary = await signing.ledger.summary('harbour');
    const head = await signing.ledger.head('harbour');
    await signing.close();
    const note = parseCheckpoint(summary.checkpoint ?? '');
    expect(note?.checkpoint).toEqual({
      site: 'harbour',
      size: summary.entries,
      root: ledgerRoot(head, sha256),
    });
    expect(note && (await isSignedBy(note, keys.publicKey, nodeCryptography))).toBe(true);
  });

  test('loses nothing it acknowledged when Postgres is killed in the middle of appends', async () => {
    const acknowledged = new Map<string, number>();
    const failures: unknown[] = [];
    let isStopped = false;
    const recordIds = Array.from({ length: 8 }, () => [] as string[]);
    const writers = recordIds.map(async (mine, writer) => {
      while (!isStopped) {
        const recordId = randomUUID();
        mine.push(recordId);
        try {
          const { seq } = await persistence.ledger.append({
            site: 'main-street',
            recordId,
            envelope: anEnvelope(recordId),
            story: aStory({ host: `w${writer}` }),
          });
          acknowledged.set(recordId, seq);
        } catch (error) {
          failures.push(error);
          return;
        }
      }
    });
    while (acknowledged.size < 100) await new Promise((settle) => setTimeout(settle, 5));
    await database.server.kill('SIGKILL');
    isStopped = true;
    await Promise.all(writers);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'unavailable' });

    await database.restart();
    const payloads = await verifiedPayloads(persistence, 'main-street');
    for (const [recordId, seq] of acknowledged) expect(payloads[seq]).toBe(recordId);

    // Those who got no answer send again: each record is there once.
    for (const recordId of recordIds.flat()) {
      const { seq } = await persistence.ledger.append({
        site: 'main-street',
        recordId,
        envelope: anEnvelope(recordId),
      });
      expect(seq).toBe(acknowledged.get(recordId) ?? seq);
    }
    const after = await verifiedPayloads(persistence, 'main-street');
    expect(new Set(after).size).toBe(after.length);
  });
});
