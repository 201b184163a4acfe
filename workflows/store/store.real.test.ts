import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { objectOfCheckpoint, objectOfEntry } from '../../domain/retention/evidence-object.ts';
import { parseEvidenceKey } from '../../domain/retention/object-keys.ts';
import { daysAfter, retainUntil } from '../../domain/retention/plan-tier.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import {
  reconcileSite,
  startStorage,
  type StorageRig,
  startStorageWorker,
  type StorageWorker,
} from '../../test/storage/start-storage.ts';
import { testStores, type TestStore } from '../../test/storage/test-stores.ts';

jest.setTimeout(240_000);

const site = 'main-street';

/** Looks again until it is so. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error('it did not come about within a minute');
}

describe.each(testStores)('evidence in %s', (_, startStore) => {
  let store: TestStore;
  let rig: StorageRig;
  let worker: StorageWorker;
  beforeAll(async () => {
    store = await startStore();
    rig = await startStorage(store);
    worker = await startStorageWorker(rig.activities);
  }, 600_000);
  afterAll(async () => {
    await worker.stop();
    await rig.remove();
    await store.remove();
  });

  const entriesOf = (of: string) => rig.persistence.ledger.read(of, 0, 10_000);
  const standing = async () => {
    const found = await rig.persistence.objectRecords.standing(site);
    if (!found) throw new Error('no store is known');
    return found;
  };
  const setHold = (isOn: boolean) =>
    rig.persistence.legalHolds.change(site, {
      isOn,
      reason: 'as asked',
      actor: 'Ann',
      at: new Date().toISOString(),
    });

  /** That the store has exactly what the ledger has, whole. */
  async function expectAllStored(of: string): Promise<void> {
    const entries = await entriesOf(of);
    const objects = entries.map((entry) => objectOfEntry(of, entry, sha256));
    const found = (await rig.stored(of)).filter(({ key }) => parseEvidenceKey(key)?.kind === 'entry');
    expect(found.map(({ key, sha256: hash }) => [key, hash])).toEqual(
      objects.map(({ key, sha256: hash }) => [key, hash]),
    );
    const last = objects.at(-1);
    expect(Buffer.from(await rig.open.objects.get(last?.key ?? ''))).toEqual(Buffer.from(last?.bytes ?? []));
  }

  test('every entry is stored as it stands in an archive, under the retention of its plan, with the signed checkpoint', async () => {
    await rig.grow(site, 300);
    await rig.grow('harbour', 3);
    expect(await worker.store()).toEqual({ stored: 303 });
    await expectAllStored(site);
    await expectAllStored('harbour');
    const { checkpoint = '' } = await rig.persistence.ledger.summary(site);
    const [note] = await rig.stored(site);
    expect(note).toMatchObject({ sha256: objectOfCheckpoint(site, 300, checkpoint, sha256).sha256 });
    const [entry] = await entriesOf(site);
    const object = await rig.open.objects.head(objectOfEntry(site, present(entry), sha256).key);
    expect(object).toMatchObject({
      mode: rig.open.objects.level,
      retainUntil: retainUntil('professional', entry?.recordedAt ?? ''),
      legalHold: false,
    });
  });

  test('a round with nothing new stores nothing, and one with something stores that alone', async () => {
    expect(await worker.store()).toEqual({ stored: 0 });
    await rig.grow(site, 2);
    expect(await worker.store()).toEqual({ stored: 2 });
    await expectAllStored(site);
  });

  test('a store that breaks down is said, and has all that came meanwhile when it is back', async () => {
    await store.breakDown();
    await rig.grow(site, 5);
    const { ended } = await worker.beginStore();
    const broken = await until(async () => {
      const { store: said, state } = await standing();
      return said.failure && { failure: said.failure, waiting: state.ledger.size - state.storedEntries };
    });
    expect(broken).toMatchObject({ failure: { code: store.brokenCode }, waiting: 5 });
    await store.mend();
    expect(await ended).toEqual({ stored: 5 });
    expect((await standing()).store.failure).toBeUndefined();
    await expectAllStored(site);
  });

  test('a legal hold comes to all objects, there and to come, and leaves them when it is lifted', async () => {
    expect(await setHold(true)).toBe(true);
    expect(await setHold(true)).toBe(false);
    await rig.grow(site, 1);
    await worker.store();
    const held = await rig.stored(site);
    expect(held).toHaveLength((await entriesOf(site)).length + 4);
    expect(held.filter(({ legalHold }) => !legalHold)).toEqual([]);
    expect((await rig.stored('harbour')).filter(({ legalHold }) => legalHold)).toEqual([]);
    expect(await reconcileSite(rig.activities, site)).toMatchObject({ counts: {} });
    expect(await standing()).toMatchObject({ hold: { reason: 'as asked', actor: 'Ann' } });
    await setHold(false);
    await worker.store();
    expect((await rig.stored(site)).filter(({ legalHold }) => legalHold)).toEqual([]);
  });

  test('a higher plan prolongs what is there; a lower one shortens nothing', async () => {
    await rig.setPlan('harbour', 'enterprise');
    await worker.store();
    const [entry] = await entriesOf('harbour');
    const until = retainUntil('enterprise', entry?.recordedAt ?? '');
    const ends = async () => (await rig.stored('harbour')).map(({ retainUntil: end = '' }) => end);
    expect((await ends()).filter((end) => end < until)).toEqual([]);
    await rig.setPlan('harbour', 'essential');
    await worker.store();
    expect((await ends()).filter((end) => end < until)).toEqual([]);
    expect(await reconcileSite(rig.activities, 'harbour')).toMatchObject({ counts: {} });
  });

  test('a night names what was done behind its back and puts again what it can prove, and nothing else', async () => {
    expect(await worker.reconcile()).toEqual({ differing: [] });
    const keys = (await entriesOf(site)).map((entry) => objectOfEntry(site, entry, sha256).key);
    const [gone = '', changed = ''] = [keys[10], keys[200]];
    await store.takeAway(gone);
    await store.replace(changed, 'forged');
    const stray = `sites/${site}/notes.txt`;
    await store.plant(stray, 'x');
    const fresh = changed.replace(/\d{12}-[0-9a-f]{64}/, `000000000200-${'a'.repeat(64)}`);
    await store.plant(fresh, 'an entry 200 of somebody else');

    const first = await reconcileSite(rig.activities, site);
    const named = first.differences.map(({ kind, key }) => [kind, key]);
    expect(named).toEqual(
      expect.arrayContaining([
        [store.named.takenAway, gone],
        [store.named.replaced, changed],
        ['unexpected', stray],
        ['unexpected', fresh],
      ]),
    );
    expect(first.ledger).toEqual({ verified: true, entries: keys.length });
    expect(first.restored).toBe(store.named.takenAway === 'missing' ? 1 : 0);
    expect(rig.log.errors.map(({ facts }) => facts)).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'unexpected', key: stray })]),
    );
    const second = await reconcileSite(rig.activities, site);
    expect(second.restored).toBe(0);
    expect(second.counts).toEqual(
      store.named.takenAway === 'missing' ? { ...first.counts, missing: undefined } : first.counts,
    );
    expect((await standing()).latest).toEqual(second);
    expect(await worker.reconcile()).toEqual({ differing: [site] });
  });

  test('a ledger that was altered is neither stored nor proof of anything', async () => {
    const owner = new pg.Client({ connectionString: rig.database.server.ownerUrl });
    await owner.connect();
    const alter = async (seq: number, payload: string) => {
      await owner.query('begin');
      await owner.query(`select set_config('malachor.site', $1, true)`, [site]);
      await owner.query('alter table ledger_entry disable trigger user');
      await owner.query(
        `update ledger_entry set envelope = jsonb_set(envelope::jsonb, '{payload}', to_jsonb($1::text))::json
         where site = $2 and seq = $3`,
        [payload, site, seq],
      );
      await owner.query('alter table ledger_entry enable always trigger ledger_entry_append_only');
      await owner.query('commit');
    };
    const payloadOf = async (seq: number) =>
      (await rig.persistence.ledger.read(site, seq, 1))[0]?.envelope.payload ?? '';
    await rig.grow(site, 3);
    const { entries } = await rig.persistence.ledger.summary(site);
    const seq = entries - 2;
    const truth = await payloadOf(seq);
    await alter(seq, Buffer.from('altered').toString('base64'));
    expect(await worker.store()).toEqual({ stored: 1 });
    expect(await standing()).toMatchObject({
      problem: { code: 'ledger_damaged' },
      state: { storedEntries: seq },
    });
    const [gone] = await rig.persistence.ledger.read(site, 20, 1);
    const { key } = objectOfEntry(site, present(gone), sha256);
    await store.takeAway(key);
    const report = await reconcileSite(rig.activities, site);
    expect(report).toMatchObject({
      ledger: { verified: false, entries, code: 'entry_changed' },
      restored: 0,
      removed: 0,
    });
    expect(report.differences).toContainEqual(expect.objectContaining({ kind: store.named.takenAway, key }));

    await alter(seq, truth);
    expect(await worker.store()).toEqual({ stored: 2 });
    await reconcileSite(rig.activities, site);
    expect((await reconcileSite(rig.activities, site)).ledger).toEqual({ verified: true, entries });
    await owner.end();
  });

  test('what has outlived its plan is removed unless it is held, and the ledger stays whole', async () => {
    const old = 'harbour';
    await rig.setPlan(old, 'essential');
    // Ends some seconds from now: no store takes a lock that is over.
    const endsMs = Date.now() + 15_000;
    await rig.grow(old, 2, Date.parse(daysAfter(new Date(endsMs).toISOString(), -30)));
    await worker.store();
    const keys = (await entriesOf(old)).slice(-2).map((entry) => objectOfEntry(old, entry, sha256).key);
    const left = async () => (await rig.stored(old)).filter(({ key }) => keys.includes(key)).length;
    expect(await left()).toBe(2);
    const report = await until(async () => {
      const found = await reconcileSite(rig.activities, old);
      return found.removed > 0 ? found : undefined;
    });
    expect(report).toMatchObject({ ledger: { verified: true }, removed: 2, restored: 0, counts: {} });
    expect(Date.now()).toBeGreaterThanOrEqual(endsMs);
    expect(await left()).toBe(0);
    expect(await entriesOf(old)).toHaveLength(5);
    expect(await reconcileSite(rig.activities, old)).toMatchObject({ removed: 0, counts: {} });
  });
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the ledger lacks it');
  return value;
}
