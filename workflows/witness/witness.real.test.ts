import { createSalts } from '../../evidence/node/salts.ts';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import pino from 'pino';
import { createRecordActivities } from '../../activities/record/create-record-activities.ts';
import { createWitnessActivities } from '../../activities/witness/create-witness-activities.ts';
import { describeWitnesses } from '../../api/features/evidence/describe-witnesses.ts';
import { siteKeyHistory } from '../../api/evidence-keys.ts';
import { createSiteActivities } from '../../appliance/activities.ts';
import { type RunningWitness, startWitness } from '../../appliance/witness/start-witness.ts';
import type { RecordActivities } from '../../contracts/central-activities.ts';
import { siteTaskQueue, witnessScheduleId } from '../../contracts/ids.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { enrolAppliances } from '../../stack/enrol-appliances.ts';
import { ensureCentralSecrets } from '../../stack/secrets.ts';
import { aCatalog } from '../../test/builders/catalog.ts';
import { bundle, quietRuntime } from '../../test/incident/harness.ts';
import { aStory, openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { createWitnessKeys } from '../../workers/appliance-keys.ts';
import type { witness } from './workflow.ts';

jest.setTimeout(120_000);

/** The whole way: a ledger in Postgres, the workflow on Temporal, and an appliance that remembers on disk. */
const site = 'main-street';
const name = 'malachor.dev/witness/main-street/box-1';
const directory = mkdtempSync(join(tmpdir(), 'malachor-witness-'));
const secretsDirectory = join(directory, 'site-secrets');
const stateDirectory = join(directory, 'state');
const taskQueue = `witness-${randomUUID()}`;
let database: TestDatabase;
let persistence: Persistence;
let recorder: RecordActivities;
let client: Client;
let connection: NativeConnection;
let appliance: { worker: Worker; running: Promise<void>; witness: RunningWitness };
let central: { worker: Worker; running: Promise<void> };

beforeAll(async () => {
  quietRuntime();
  const centralSecrets = join(directory, 'secrets');
  ensureCentralSecrets(centralSecrets);
  await mkdir(stateDirectory, { mode: 0o700 });
  const pem = await readFile(join(centralSecrets, 'evidence-signing.pem'), 'utf8');
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  const signer = createSigner(pem);
  persistence = await createPersistence(database.server.url, { checkpointSigner: signer });
  recorder = createRecordActivities({
    catalog: () => aCatalog({}),
    ledger: persistence.ledger,
    incidents: persistence.incidents,
    slots: persistence.healingSlots,
    newSalt: createSalts(),
    signer,
    now: () => new Date(),
  });
  const enrolledAt = new Date(Date.now() - 60_000);
  await enrolAppliances(
    persistence.signingKeys,
    centralSecrets,
    [{ site, appliance: 'box-1', secretsDirectory }],
    enrolledAt,
  );
  const address = process.env['MALACHOR_TEST_TEMPORAL'];
  const namespace = process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'] ?? 'malachor';
  if (address === undefined) throw new Error('test/setup/start-parts.ts has not started Temporal');
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await bundle(),
    activities: createWitnessActivities({
      ledger: persistence.ledger,
      cosignatures: persistence.cosignatures,
      witnessKeys: createWitnessKeys(persistence.signingKeys),
      now: () => new Date(),
    }),
  });
  central = { worker, running: worker.run() };
  appliance = await startAppliance();
});
afterAll(async () => {
  await stopAppliance();
  central.worker.shutdown();
  await central.running;
  await connection.close();
  await persistence.close();
  await database.remove();
  rmSync(directory, { recursive: true, force: true });
});

const unused = () => Promise.reject(new Error('not expected'));

async function startAppliance() {
  const silent = pino({ level: 'silent' });
  const running = await startWitness({ site, appliance: 'box-1', secretsDirectory, stateDirectory }, silent);
  const worker = await Worker.create({
    connection,
    namespace: client.options.namespace,
    taskQueue: siteTaskQueue(site),
    activities: createSiteActivities({
      site,
      scanner: { scanHosts: unused, probeCheck: unused, hostIds: [] },
      executor: { execute: unused },
      recorder: { recordScan: unused, handOver: () => ({ records: [] }) },
      witness: running.witness,
    }),
  });
  return { worker, running: worker.run(), witness: running };
}

async function stopAppliance(): Promise<void> {
  appliance.worker.shutdown();
  await appliance.running;
  appliance.witness.close();
}

const run = () =>
  client.workflow.execute<typeof witness>('witness', {
    workflowId: `${witnessScheduleId(site)}-${randomUUID()}`,
    taskQueue,
    args: [{ site }],
  });

async function grow(entries: number): Promise<void> {
  for (let count = 0; count < entries; count++)
    await recorder.recordIncident({ recordId: randomUUID(), moment: 'closed', story: aStory({ site }) });
}

async function standing() {
  const keys = await siteKeyHistory(persistence.signingKeys, site);
  return describeWitnesses(keys, await persistence.cosignatures.standings(site));
}

async function exportedReport() {
  const out = join(directory, 'evidence.zip');
  const env = {
    ...process.env,
    DATABASE_URL: database.server.url,
    MALACHOR_SECRETS_DIR: join(directory, 'secrets'),
  };
  const args = ['cli/main.ts', 'evidence', 'export', '--site', site, '--out', out, '--force'];
  await promisify(execFile)(process.execPath, args, { env });
  return verifyArchive(new Uint8Array(await readFile(out)), { cryptography: nodeCryptography });
}

/** Does what the owner of the database can do: takes all entries out, as if there had been none. */
async function forgetLedger(): Promise<void> {
  const owner = new pg.Client({ connectionString: database.server.ownerUrl });
  await owner.connect();
  const tables = ['ledger_entry', 'ledger_head', 'entry_disclosure'];
  try {
    await owner.query('begin');
    await owner.query(`select set_config('malachor.site', $1, true)`, [site]);
    for (const table of tables) await owner.query(`alter table ${table} disable trigger user`);
    await owner.query('truncate ledger_entry, entry_disclosure');
    await owner.query(
      `update ledger_head set size = 0, head_hash = null, frontier = '[]', checkpoint = null where site = $1`,
      [site],
    );
    for (const table of tables) await owner.query(`alter table ${table} enable trigger user`);
    await owner.query('commit');
  } finally {
    await owner.end();
  }
}

test('a ledger without entries has nothing to cosign', async () => {
  expect(await run()).toEqual({ kind: 'nothing' });
  expect(await standing()).toEqual([{ name }]);
});

test('a ledger that grows is cosigned each time, and the summary says up to where', async () => {
  await grow(3);
  expect(await run()).toEqual({ kind: 'cosigned', witness: name, size: 3 });
  await grow(4);
  expect(await run()).toEqual({ kind: 'cosigned', witness: name, size: 7 });
  const [first] = await standing();
  expect(first).toMatchObject({ name, cosigned: { entries: 7 } });
  expect(first).not.toHaveProperty('refused');
});

test('a witness that was asked behind the back of the database is asked again from where it is', async () => {
  await grow(1);
  const asked = await createWitnessActivities({
    ledger: persistence.ledger,
    cosignatures: persistence.cosignatures,
    witnessKeys: createWitnessKeys(persistence.signingKeys),
    now: () => new Date(),
  }).prepareWitnessRequest({ site });
  if (asked.kind === 'nothing') throw new Error('nothing to ask');
  expect(await appliance.witness.witness.cosign(asked.body)).toMatchObject({ kind: 'cosigned' });
  await grow(2);
  expect(await run()).toEqual({ kind: 'cosigned', witness: name, size: 10 });
});

test('the exported archive verifies and names the witness', async () => {
  const report = await exportedReport();
  expect(report.problems).toEqual([]);
  expect(report.sites[0]?.witnesses).toEqual([expect.objectContaining({ name, size: 10 })]);
});

test('a ledger that was rewritten is refused, however long it is, also by an appliance that was started anew', async () => {
  await forgetLedger();
  await grow(9);
  expect(await run()).toMatchObject({ kind: 'refused', size: 9, code: 'rollback' });
  await grow(1);
  expect(await run()).toMatchObject({ kind: 'refused', size: 10, code: 'fork' });

  await stopAppliance();
  appliance = await startAppliance();
  expect(await run()).toMatchObject({ kind: 'refused', size: 10, code: 'fork' });
  await grow(5);
  expect(await run()).toMatchObject({ kind: 'refused', size: 15, code: 'inconsistent' });
  expect(await standing()).toMatchObject([
    { name, cosigned: { entries: 10 }, refused: { entries: 15, code: 'inconsistent' } },
  ]);
});

test('the archive of the rewritten ledger fails against what was cosigned', async () => {
  const report = await exportedReport();
  expect(report.verified).toBe(false);
  expect(report.problems.map(({ code }) => code)).toContain('checkpoint_root_mismatch');
});

test('a cosignature with a key that is not enrolled does not count', async () => {
  await stopAppliance();
  await writeFile(join(secretsDirectory, 'witness-signing.pem'), generateKeyPair().privateKeyPem);
  rmSync(stateDirectory, { recursive: true });
  await mkdir(stateDirectory, { mode: 0o700 });
  appliance = await startAppliance();
  expect(await run()).toMatchObject({ kind: 'refused', code: 'unverified' });
  expect(await standing()).toMatchObject([{ name, cosigned: { entries: 10 } }]);
});

test('where the appliance cannot remember, nothing is cosigned and the next run asks again', async () => {
  appliance.witness.close();
  expect(await run()).toEqual({ kind: 'absent' });
});
