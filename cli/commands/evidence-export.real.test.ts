import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecordActivities } from '../../activities/record/create-record-activities.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { aStory, openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { runMalachor } from '../../test/cli/run-malachor.ts';

jest.setTimeout(60_000);

let database: TestDatabase;
let persistence: Persistence;
let directory: string;
const keys = generateKeyPair();
const signer = createSigner(keys.privateKeyPem);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-export-'));
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), keys.privateKeyPem, { mode: 0o600 });
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  let day = 0;
  persistence = await createPersistence(database.server.url, {
    checkpointSigner: signer,
    nowMs: () => Date.UTC(2026, 10, 20 + day),
  });
  const recorder = createRecordActivities({
    catalog: () => ({
      checks: new Map(),
      runbooks: new Map(),
      rules: [],
      baselines: new Map(),
      probes: new Map(),
      drills: new Map(),
      problems: [],
    }),
    ledger: persistence.ledger,
    incidents: persistence.incidents,
    slots: persistence.healingSlots,
    signer,
    newSalt: createSalts(),
    now: () => new Date(Date.UTC(2026, 10, 20 + day)),
  });
  await persistence.signingKeys.remember({
    keyId: signer.keyId,
    purpose: 'evidence',
    publicKey: keys.publicKeyPem,
    firstUsedAt: '2026-11-20T00:00:00.000Z',
  });
  for (; day < 5; day += 1) {
    await recorder.recordIncident({
      recordId: `day ${day}`,
      moment: 'closed',
      story: aStory({ host: `h${day}` }),
    });
  }
});
afterAll(async () => {
  await persistence.close();
  await database.remove();
  await rm(directory, { recursive: true });
});

const malachor = (...args: string[]) =>
  runMalachor({ databaseUrl: database.server.url, directory }, 'evidence', 'export', ...args);

test.each([
  ['a whole ledger', [], 0, 5],
  ['its first days', ['--to', '2026-11-21'], 0, 2],
  ['its last days', ['--from', '2026-11-23'], 3, 2],
  ['days in the middle', ['--from', '2026-11-21', '--to', '2026-11-22'], 1, 2],
  ['no day at all', ['--from', '2027-01-01'], 5, 0],
])('%s is exported and verifies', async (name, period, firstSeq, entries) => {
  const out = join(directory, `${name}.zip`);
  const { code, stdout, stderr } = await malachor('--site', 'main-street', ...period, '--out', out, '--json');
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ site: 'main-street', file: out, firstSeq, entries });
  const report = await verifyArchive(await readFile(out), { cryptography: nodeCryptography });
  expect(report.problems).toEqual([]);
  expect(report.verified).toBe(true);
});

test('an archive that exists is left as it is', async () => {
  const out = join(directory, 'precious.zip');
  await writeFile(out, 'precious');
  const refused = await malachor('--site', 'main-street', '--out', out);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('--force');
  expect(await readFile(out, 'utf8')).toBe('precious');
  expect((await malachor('--site', 'main-street', '--out', out, '--force')).code).toBe(0);
});

test('a site that is not enrolled and a period that is none are told apart, and nothing is written', async () => {
  const out = join(directory, 'none.zip');
  const unknown = await malachor('--site', 'nowhere', '--out', out);
  expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining('not enrolled')]);
  const noPeriod = await malachor('--site', 'main-street', '--from', 'soon', '--out', out);
  expect([noPeriod.code, noPeriod.stderr]).toEqual([2, expect.stringContaining('2026-01-31')]);
  await expect(readFile(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
