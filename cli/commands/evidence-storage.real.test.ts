import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { objectOfEntry } from '../../domain/retention/evidence-object.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { startStorage, type StorageRig } from '../../test/storage/start-storage.ts';
import { localTestStore, type TestStore } from '../../test/storage/test-stores.ts';

jest.setTimeout(120_000);

const site = 'main-street';
let store: TestStore;
let rig: StorageRig;
beforeAll(async () => {
  store = await localTestStore();
  rig = await startStorage(store);
});
afterAll(async () => {
  await rig.remove();
  await store.remove();
});

function malachor(environment: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [join(process.cwd(), 'cli/main.ts'), 'evidence', ...args], {
    env: {
      ...process.env,
      DATABASE_URL: rig.database.server.url,
      MALACHOR_SECRETS_DIR: store.secretsDirectory,
      ...environment,
    },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (status) => {
      resolve({ status, ...output });
    });
  });
}

test('nothing is compared before anything was stored', async () => {
  const { status, stderr } = await malachor(store.environment, 'reconcile', '--site', site);
  expect(status).toBe(3);
  expect(stderr).toContain('no evidence was ever stored');
});

test('a hold is set and lifted with a reason and a name, and both stay on record', async () => {
  const hold = (...args: string[]) => malachor({}, 'hold', ...args);
  const set = ['set', '--site', site, '--reason', 'subpoena 12', '--by', 'Ann', '--json'];
  expect(JSON.parse((await hold(...set)).stdout)).toEqual({ site, isOn: true, changed: true });
  expect(JSON.parse((await hold(...set)).stdout)).toMatchObject({ changed: false });
  expect((await hold('lift', '--site', site, '--reason', 'settled', '--by', 'Bob')).status).toBe(0);
  const { changes } = JSON.parse((await hold('list', '--site', site, '--json')).stdout) as {
    changes: unknown[];
  };
  expect(changes).toMatchObject([
    { isOn: true, reason: 'subpoena 12', actor: 'Ann' },
    { isOn: false, reason: 'settled', actor: 'Bob' },
  ]);
  expect((await hold('set', '--site', site, '--reason', ' ')).status).toBe(2);
  const unknown = await hold('set', '--site', 'elm-street', '--reason', 'x');
  expect(unknown).toMatchObject({ status: 3 });
  expect(unknown.stderr).toContain('is not enrolled');
});

test('what is missing is named and put again; what was altered is named and ends with 1', async () => {
  await rig.grow(site, 3);
  await rig.activities.storeNext({ site });
  const [first = '', second = ''] = (await rig.persistence.ledger.read(site, 0, 2)).map(
    (entry) => objectOfEntry(site, entry, sha256).key,
  );
  await store.takeAway(first);
  const mended = await malachor(store.environment, 'reconcile', '--site', site);
  expect(mended.stdout).toContain(first);
  expect(mended.stdout).toContain('1 put again');
  expect(mended.status).toBe(0);
  await store.replace(second, 'forged');
  const altered = await malachor(store.environment, 'reconcile', '--site', site, '--json');
  expect(altered.status).toBe(1);
  expect(JSON.parse(altered.stdout)).toMatchObject({ counts: { other_content: 1 }, restored: 0 });
  expect(Buffer.from(await rig.open.objects.get(first)).length).toBeGreaterThan(0);
});

test('another store than the one in use is refused: it would name everything as missing', async () => {
  const { status, stderr } = await malachor({ OBJECTS_DIRECTORY: '/srv/other' }, 'reconcile', '--site', site);
  expect(status).toBe(2);
  expect(stderr).toContain('evidence is stored in local:');
});
