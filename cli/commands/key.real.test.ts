import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecordActivities } from '../../activities/record/create-record-activities.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import { aCatalog } from '../../test/builders/catalog.ts';
import { aStory, openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { runMalachor } from '../../test/cli/run-malachor.ts';

jest.setTimeout(120_000);

/** A ledger whose first two entries the old key signed, on the 20th and 21st, and whose third the new one, on the 22nd. */
let database: TestDatabase;
let directory: string;
const old = generateKeyPair();
const next = generateKeyPair();
const oldId = createSigner(old.privateKeyPem).keyId;
const nextId = createSigner(next.privateKeyPem).keyId;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-keys-'));
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), next.privateKeyPem, { mode: 0o600 });
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  for (const [day, keys] of [
    [20, old],
    [21, old],
    [22, next],
  ] as const) {
    const now = new Date(Date.UTC(2026, 10, day));
    const signer = createSigner(keys.privateKeyPem);
    const persistence = await createPersistence(database.server.url, {
      checkpointSigner: signer,
      nowMs: () => now.getTime(),
    });
    await persistence.signingKeys.remember({
      keyId: signer.keyId,
      purpose: 'evidence',
      publicKey: keys.publicKeyPem,
      firstUsedAt: now.toISOString(),
    });
    const { ledger, incidents, healingSlots: slots } = persistence;
    const recorder = createRecordActivities({
      catalog: () => aCatalog({}),
      ledger,
      incidents,
      slots,
      signer,
      newSalt: createSalts(),
      now: () => now,
    });
    await recorder.recordIncident({ recordId: `day ${day}`, moment: 'closed', story: aStory() });
    await persistence.close();
  }
});
afterEach(async () => {
  await database.remove();
  await rm(directory, { recursive: true });
});

const malachor = (...args: string[]) => runMalachor({ databaseUrl: database.server.url, directory }, ...args);

async function verifyExport() {
  const out = join(directory, 'evidence.zip');
  await malachor('evidence', 'export', '--site', 'main-street', '--out', out, '--force');
  return verifyArchive(await readFile(out), { cryptography: nodeCryptography });
}

test('what a key signed before it was retired verifies, and the key says when that was', async () => {
  const { code, stdout } = await malachor(
    ...['key', 'retire', oldId, '--at', '2026-11-22T00:00:00Z', '--reason', 'yearly rotation', '--json'],
  );
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    expect.objectContaining({ keyId: oldId, retiredAt: '2026-11-22T00:00:00.000Z' }),
  ]);
  const report = await verifyExport();
  expect(report.problems).toEqual([]);
  expect(report.verified).toBe(true);
  const list = await malachor('key', 'list');
  expect(list.stdout).toMatch(new RegExp(`${oldId}.*retired 2026-11-22.*\n${nextId}`));
});

test('of a key that was revoked, only what came before counts, and the entry is named', async () => {
  await malachor('key', 'revoke', oldId, '--at', '2026-11-20T12:00:00Z', '--reason', 'a laptop was lost');
  const report = await verifyExport();
  expect(report.verified).toBe(false);
  expect(report.problems.map(({ code, place }) => [code, place.seq])).toContainEqual([
    'key_not_valid_then',
    1,
  ]);
  expect(report.problems.map(({ place }) => place.seq)).not.toContain(0);
});

test('the key that signs now, one that is not there and a time to come are refused with what to do', async () => {
  const inUse = await malachor('key', 'revoke', nextId, '--reason', 'mistake');
  expect([inUse.code, inUse.stderr]).toEqual([1, expect.stringContaining('makes a new key')]);
  const unknown = await malachor('key', 'retire', '0123456789abcdef', '--reason', 'mistake');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('malachor key list')]);
  const future = await malachor(
    'key',
    'retire',
    oldId,
    '--at',
    '2999-01-01T00:00:00Z',
    '--reason',
    'mistake',
  );
  expect([future.code, future.stderr]).toEqual([2, expect.stringContaining('no moment until now')]);
  expect((await malachor('key', 'retire', oldId)).code).toBe(2);
});
