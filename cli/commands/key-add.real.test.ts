import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvidenceIntakeActivities } from '../../activities/evidence/create-evidence-intake-activities.ts';
import type { SettledRecord } from '../../contracts/evidence-record.ts';
import { signStatement } from '../../evidence/bundle.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { buildHeartbeatStatement } from '../../evidence/statements/heartbeat-v1.ts';
import { buildScanStatement } from '../../evidence/statements/scan-v1.ts';
import { numberedSalts, sampleHeartbeat, samplePage } from '../../evidence/testing/sample-statements.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { runMalachor } from '../../test/cli/run-malachor.ts';
import { createApplianceKeys } from '../../workers/appliance-keys.ts';

jest.setTimeout(120_000);

/** What an appliance signs is only ever taken under a key that was enrolled for it; keys replace one another with overlap. */
let database: TestDatabase;
let directory: string;
let persistence: Persistence;
const site = 'main-street';
const central = generateKeyPair();
const old = generateKeyPair();
const next = generateKeyPair();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'malachor-key-add-'));
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), central.privateKeyPem, { mode: 0o600 });
  for (const [name, { publicKeyPem }] of Object.entries({ old, next }))
    await writeFile(join(directory, `${name}.pem`), publicKeyPem);
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  persistence = await createPersistence(database.server.url, {
    checkpointSigner: createSigner(central.privateKeyPem),
  });
});
afterAll(async () => {
  await persistence.close();
  await database.remove();
  await rm(directory, { recursive: true });
});

const malachor = (...args: string[]) => runMalachor({ databaseUrl: database.server.url, directory }, ...args);

const add = (name: string, appliance = 'box', ...more: string[]) =>
  malachor('key', 'add', join(directory, name), '--site', site, '--appliance', appliance, '--json', ...more);

const keysIn = (stdout: string) =>
  (JSON.parse(stdout) as { keys: { keyId: string; retiredAt?: string }[] }).keys;

/** Has the appliance sign something now, and central judge it. */
async function sign(keys: typeof old, number: number): Promise<SettledRecord | undefined> {
  const signer = createSigner(keys.privateKeyPem);
  const intake = createEvidenceIntakeActivities({
    ledger: persistence.ledger,
    applianceKeys: createApplianceKeys(persistence.signingKeys),
    signer: createSigner(central.privateKeyPem),
    now: () => new Date(),
  });
  const now = new Date().toISOString();
  const page = samplePage(now, { site, appliance: 'box', endedAt: now });
  const scan = buildScanStatement(page, numberedSalts(), sha256);
  const beat = sampleHeartbeat(number, now, { site, appliance: 'box' });
  const { settled } = await intake.takeEvidence({
    site,
    records: [
      {
        recordId: page.recordId,
        envelope: signStatement(scan.payload, [signer]),
        disclosures: [...scan.disclosures],
      },
      {
        recordId: beat.recordId,
        envelope: signStatement(buildHeartbeatStatement(beat, sha256), [signer]),
        disclosures: [],
      },
    ],
  });
  expect(new Set(settled.map(({ outcome }) => outcome)).size).toBe(1);
  return settled[0];
}

test('a key counts from when it is added; two overlap; and the archive shows by which each entry was signed', async () => {
  expect(await sign(old, 1)).toMatchObject({ outcome: 'refused' });
  const [added] = keysIn((await add('old.pem')).stdout);
  expect(await sign(old, 2)).toMatchObject({ outcome: 'taken', entry: 0 });
  expect(keysIn((await add('next.pem')).stdout)).toHaveLength(2);
  expect(await sign(next, 3)).toMatchObject({ outcome: 'taken' });
  expect(await sign(old, 4)).toMatchObject({ outcome: 'taken' });
  const retired = await malachor(
    'key',
    'retire',
    added?.keyId ?? '',
    '--purpose',
    'appliance',
    '--reason',
    'replaced',
  );
  expect(retired.code).toBe(0);
  expect(await sign(old, 5)).toMatchObject({ outcome: 'refused' });
  expect(await sign(next, 6)).toMatchObject({ outcome: 'taken' });

  const file = join(directory, 'archive.zip');
  expect(await malachor('evidence', 'export', '--site', site, '--out', file)).toMatchObject({ code: 0 });
  const report = await verifyArchive(await readFile(file), { cryptography: nodeCryptography });
  expect(report.problems).toEqual([]);
  expect(report.keys.filter(({ purpose }) => purpose === 'appliance')).toHaveLength(2);
});

test('the same key added again is one; it is never of two appliances; what is no public key is refused', async () => {
  const again = await add('old.pem');
  expect(again.code).toBe(0);
  expect(await add('old.pem', 'other-box')).toMatchObject({ code: 1 });
  await writeFile(join(directory, 'private.pem'), old.privateKeyPem);
  const refused = await add('private.pem');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('private half');
  expect(refused.stderr).not.toContain('BEGIN');
  const listed = JSON.parse((await malachor('key', 'list', '--json')).stdout) as {
    keys: { purpose: string }[];
  };
  expect(listed.keys.filter(({ purpose }) => purpose === 'appliance')).toHaveLength(2);
});

test('with an overlap, a new key ends those before it when that is over, and not before', async () => {
  const third = generateKeyPair();
  await writeFile(join(directory, 'third.pem'), third.publicKeyPem);
  const before = Date.now();
  const keys = keysIn((await add('third.pem', 'box', '--overlap', '24h')).stdout);
  const own = createSigner(third.privateKeyPem).keyId;
  const replaced = keys.find(({ keyId }) => keyId === createSigner(next.privateKeyPem).keyId);
  expect(keys.find(({ keyId }) => keyId === own)?.retiredAt).toBeUndefined();
  expect(Date.parse(replaced?.retiredAt ?? '')).toBeGreaterThanOrEqual(before + 24 * 3_600_000);
  expect(await sign(next, 7)).toMatchObject({ outcome: 'taken' });
  expect(await sign(third, 8)).toMatchObject({ outcome: 'taken' });
  expect((await add('third.pem', 'box', '--overlap', 'soon')).code).toBe(2);
});
