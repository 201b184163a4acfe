import { randomUUID } from 'node:crypto';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import type { Persistence } from './create-persistence.ts';

jest.setTimeout(60_000);

const site = 'main-street';
const store = 'local:/objects';
const at = '2026-11-27T10:00:00.000Z';
const later = '2026-11-27T11:00:00.000Z';

describe.each(postgresBuilds)('records of stored objects on %s', (_name, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;
  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    const checkpointSigner = createSigner(generateKeyPair().privateKeyPem);
    persistence = await openWithTwoSites(database, { checkpointSigner });
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  const append = () =>
    persistence.ledger.append({ site, recordId: randomUUID(), envelope: anEnvelope(randomUUID()) });
  const state = async (of = store) => {
    const found = await persistence.objectRecords.state(site, of);
    if (!found) throw new Error('the site is not enrolled');
    return found;
  };

  test('nothing is said of a store before there is one', async () => {
    expect(await persistence.objectRecords.standing(site)).toBeUndefined();
    expect(await persistence.objectRecords.state('elm-street', store)).toBeUndefined();
  });

  test('a site starts with nothing stored, under the plan of its policy', async () => {
    await append();
    await append();
    expect(await state()).toEqual({
      site,
      plan: 'professional',
      ledger: { size: 2, checkpointSize: 2 },
      storedEntries: 0,
      storedCheckpoint: 0,
    });
    expect((await persistence.objectRecords.states(store)).map((each) => each.site)).toEqual([
      'harbour',
      site,
    ]);
  });

  test('what is stored grows, whoever says less later, and each store has a place of its own', async () => {
    await persistence.objectRecords.enterStore(
      { name: store, kind: 'local', level: 'advisory', canHold: true },
      at,
    );
    await persistence.objectRecords.advance(await state(), store, { entries: 2, at });
    await persistence.objectRecords.advance(await state(), store, { entries: 1, checkpointSize: 2, at });
    expect(await state()).toMatchObject({
      storedEntries: 2,
      storedCheckpoint: 2,
      applied: { plan: 'professional', at },
    });
    expect(await state('s3:aws/evidence')).toMatchObject({ storedEntries: 0 });
  });

  test('the newest checkpoint is kept once a size, and given in order', async () => {
    const kept = await persistence.objectRecords.keepNewestCheckpoint(site, at);
    expect(kept).toMatchObject({ size: 2, recordedAt: at });
    expect(await persistence.objectRecords.keepNewestCheckpoint(site, later)).toEqual(kept);
    await append();
    await persistence.objectRecords.keepNewestCheckpoint(site, later);
    const sizes = async (after: number) =>
      (await persistence.objectRecords.checkpoints(site, after, 10)).map(({ size }) => size);
    expect(await sizes(0)).toEqual([2, 3]);
    expect(await sizes(2)).toEqual([3]);
    expect(await persistence.objectRecords.keepNewestCheckpoint('harbour', at)).toBeUndefined();
  });

  test('a failing store says since when and why, until it works', async () => {
    const failure = { code: 'unavailable', message: 'no answer', nextStep: 'Look.', since: at };
    await persistence.objectRecords.noteFailure(store, failure);
    await persistence.objectRecords.noteFailure(store, { ...failure, message: 'still none', since: later });
    const failing = await persistence.objectRecords.standing(site);
    expect(failing).toMatchObject({
      store: { name: store, level: 'advisory', failure: { ...failure, message: 'still none', since: at } },
      waitingSince: expect.any(String) as string,
    });
    await persistence.objectRecords.enterStore({ name: store, kind: 'local', canHold: true }, later);
    expect((await persistence.objectRecords.standing(site))?.store.failure).toBeDefined();
    await persistence.objectRecords.noteFailure(store, undefined);
    expect((await persistence.objectRecords.standing(site))?.store).toEqual({
      name: store,
      kind: 'local',
      level: 'advisory',
      canHold: true,
    });
  });

  test('a hold is set once however many set it at a time, and every change stays on record', async () => {
    const change = (isOn: boolean, actor: string) =>
      persistence.legalHolds.change(site, { isOn, reason: 'as asked', actor, at });
    expect(await change(false, 'Ann')).toBe(false);
    const set = await Promise.all(['Ann', 'Bob', 'Cay'].map((actor) => change(true, actor)));
    expect(set.filter(Boolean)).toHaveLength(1);
    expect(await change(false, 'Dan')).toBe(true);
    expect((await persistence.legalHolds.list(site)).map(({ isOn }) => isOn)).toEqual([true, false]);
    expect(await persistence.legalHolds.list('harbour')).toEqual([]);
    const { hold } = await state();
    expect(hold).toMatchObject({ isOn: false });
    await expect(persistence.legalHolds.list('elm-street')).rejects.toMatchObject({ code: 'site_unknown' });
  });

  test('objects are in line with the plan and hold that were brought to them', async () => {
    const before = await state();
    expect(before.applied?.holdId).toBeUndefined();
    await persistence.objectRecords.markApplied(before, store, later);
    expect((await state()).applied).toEqual({ plan: 'professional', holdId: before.hold?.id, at: later });
  });

  test('the newest report counts, and problems are noted and cleared', async () => {
    const report = (startedAt: string) => ({
      site,
      store,
      startedAt,
      finishedAt: startedAt,
      ledger: { verified: true as const, entries: 3 },
      objects: 3,
      counts: { covered: 1 },
      differences: [{ kind: 'covered' as const, key: 'k' }],
      restored: 0,
      removed: 0,
    });
    await persistence.objectRecords.keepReport(report(later));
    await persistence.objectRecords.keepReport(report(at));
    await persistence.objectRecords.keepReport({ ...report(later), objects: 4 });
    const problem = { code: 'conflict', message: 'other content', at };
    await persistence.objectRecords.noteProblem(site, store, problem);
    expect(await persistence.objectRecords.standing(site)).toMatchObject({ latest: report(later), problem });
    await persistence.objectRecords.noteProblem(site, store, undefined);
    expect((await persistence.objectRecords.standing(site))?.problem).toBeUndefined();
  });
});
