import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../test/faults/seeded-random.ts';
import { parseEvidenceKey } from '../../domain/retention/object-keys.ts';
import {
  reconcileSite,
  startStorage,
  type StorageRig,
  startStorageWorker,
} from '../../test/storage/start-storage.ts';
import { testStores, type TestStore } from '../../test/storage/test-stores.ts';

jest.setTimeout(400_000);

const site = 'main-street';

/** Runs a program of test/storage with the store's environment; resolves to its output and how it ended. */
function start(store: TestStore, program: string, args: readonly string[]) {
  const child = spawn(process.execPath, [join(process.cwd(), 'test/storage', program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...store.environment },
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<{ signal: NodeJS.Signals | null; code: number | null; output: string }>(
    (resolve) => {
      child.once('close', (code, signal) => {
        resolve({ signal, code, output });
      });
    },
  );
  return { child, ended, output: () => output };
}

describe.each(testStores)('a process that is killed while it stores into %s', (name, startStore) => {
  let store: TestStore;
  let rig: StorageRig;
  beforeAll(async () => {
    store = await startStore();
    rig = await startStorage(store);
  }, 600_000);
  afterAll(async () => {
    await rig.remove();
    await store.remove();
  });

  const state = async () => {
    const found = await rig.persistence.objectRecords.state(site, store.setting().name);
    if (!found) throw new Error('the site is not enrolled');
    return found;
  };
  const run = (killAt: number) =>
    start(store, 'store-until-killed.ts', [rig.database.server.url, store.secretsDirectory, String(killAt)])
      .ended;

  /** Every entry is there once, whole and in line, and nothing else is. */
  async function expectAtOne(): Promise<void> {
    const { ledger, storedEntries, storedCheckpoint } = await state();
    expect({ storedEntries, storedCheckpoint }).toEqual({
      storedEntries: ledger.size,
      storedCheckpoint: ledger.checkpointSize,
    });
    const keys = (await rig.stored(site)).map(({ key }) => parseEvidenceKey(key));
    const seqs = keys.flatMap((key) => (key?.kind === 'entry' ? [key.seq] : []));
    expect(seqs).toEqual(Array.from({ length: ledger.size }, (_, seq) => seq));
    expect(await reconcileSite(rig.activities, site)).toMatchObject({
      counts: {},
      ledger: { verified: true },
    });
  }

  test.each([1, 2, 3])(
    'leaves nothing lost and nothing twice, whichever two steps it is killed between, seed %i',
    async (seed) => {
      const random = seededRandom(seed, `kill-store-${name}`);
      let kills = 0;
      for (let round = 0; round < 5; round++) {
        await rig.grow(site, random.between(10, 25));
        if (round === 2)
          await rig.persistence.legalHolds.change(site, {
            isOn: seed % 2 === 1,
            reason: 'as asked',
            actor: 'Ann',
            at: new Date().toISOString(),
          });
        const { signal, code } = await run(random.between(1, 90));
        if (signal === 'SIGKILL') kills += 1;
        else expect(code).toBe(0);
        // A process that was killed has said nothing it did not do.
        const { storedEntries } = await state();
        const stored = (await rig.stored(site)).filter(({ key }) => parseEvidenceKey(key)?.kind === 'entry');
        expect(stored.length).toBeGreaterThanOrEqual(storedEntries);
      }
      expect(kills).toBeGreaterThanOrEqual(3);
      expect(await run(0)).toMatchObject({ code: 0, signal: null });
      const held = (await rig.stored(site)).filter(({ legalHold }) => legalHold).length;
      expect(held).toBe(seed % 2 === 1 ? (await rig.stored(site)).length : 0);
      await expectAtOne();
    },
  );

  test('is taken over by another worker, which goes on where it was', async () => {
    await rig.grow(site, 400);
    const taskQueue = `killed-${randomUUID()}`;
    const before = (await state()).storedEntries;
    const first = start(store, 'worker-until-killed.ts', [
      rig.database.server.url,
      store.secretsDirectory,
      taskQueue,
    ]);
    while (!first.output().includes('ready')) await sleep(50);
    const second = await startStorageWorker(rig.activities, taskQueue, { isPolling: false });
    const { ended } = await second.beginStore();
    while ((await state()).storedEntries === before) await sleep(5);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const { storedEntries, ledger } = await state();
    expect(storedEntries).toBeLessThan(ledger.size);
    second.poll();
    await ended;
    await expectAtOne();
    await second.stop();
  });
});
