import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { randomBytes, randomUUID } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAnchorActivities } from '../../activities/anchor/create-anchor-activities.ts';
import { createCalendarAnchorer } from '../../activities/anchor/create-calendar-anchorer.ts';
import { createNodeHeaders } from '../../activities/anchor/create-node-headers.ts';
import { defaultAnchorPolicy } from '../../domain/anchor/decide-next-step.ts';
import { assembleAnchor } from '../../evidence/anchor/assemble-anchor.ts';
import { verifyAnchor } from '../../evidence/anchor/verify-anchor.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createSalts } from '../../evidence/node/salts.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { startBitcoin, type Bitcoin } from '../../stack/anchoring/start-bitcoin.ts';
import { startCalendar, type RunningCalendar } from '../../stack/anchoring/start-calendar.ts';
import { cacheDirectory } from '../../stack/cache.ts';
import { withHeartbeats } from '../../temporal/with-heartbeats.ts';
import { bundle, quietRuntime } from '../../test/incident/harness.ts';
import { aStory, openWithTwoSites } from '../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../test/postgres/test-database.ts';
import { createRecordActivities } from '../../activities/record/create-record-activities.ts';
import type { RecordActivities } from '../../contracts/central-activities.ts';
import { anchoredUpTo } from '../../evidence/archive/report.ts';
import { verifyArchive } from '../../evidence/archive/verify-archive.ts';
import { createTokenVerifier } from '../../evidence/anchor/verify-token.ts';
import { startAuthority, type TestAuthority } from '../../test/anchor/start-authority.ts';
import { timestampAuthorityOf } from '../../workers/anchoring.ts';
import { aCatalog } from '../../test/builders/catalog.ts';
import type { anchor } from './workflow.ts';

jest.setTimeout(240_000);

/** The whole way: ledgers in Postgres, the workflow on Temporal, calendars that commit to a Bitcoin chain of their own. */
const directory = mkdtempSync(join(tmpdir(), 'malachor-anchor-'));
const taskQueue = `anchor-${randomUUID()}`;
const keys = generateKeyPair();
const signer = createSigner(keys.privateKeyPem);
let database: TestDatabase;
let recorder: RecordActivities;
let persistence: Persistence;
let authority: TestAuthority;
let bitcoin: Bitcoin;
let calendars: RunningCalendar[];
let client: Client;
let connection: NativeConnection;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  quietRuntime();
  const silent = () => undefined;
  database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  persistence = await createPersistence(database.server.url, {
    checkpointSigner: signer,
  });
  await persistence.signingKeys.remember({
    keyId: signer.keyId,
    purpose: 'evidence',
    publicKey: keys.publicKeyPem,
    firstUsedAt: new Date().toISOString(),
  });
  recorder = createRecordActivities({
    catalog: () => aCatalog({}),
    ledger: persistence.ledger,
    incidents: persistence.incidents,
    slots: persistence.healingSlots,
    signer,
    newSalt: createSalts(),
    now: () => new Date(),
  });
  bitcoin = await startBitcoin({
    dataDirectory: join(directory, 'bitcoin'),
    cacheDirectory: cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() }),
    logFile: join(directory, 'bitcoin.log'),
    log: silent,
  });
  calendars = [];
  for (const name of ['a', 'b', 'c'])
    calendars.push(
      await startCalendar({
        dataDirectory: join(directory, `calendar-${name}`),
        bitcoin,
        log: silent,
        intervalMs: 200,
        mines: true,
      }),
    );
  const address = process.env['MALACHOR_TEST_TEMPORAL'];
  const namespace = process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'] ?? 'malachor';
  if (address === undefined) throw new Error('test/setup/start-parts.ts has not started Temporal');
  connection = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
  const timeoutMs = 10_000;
  const headers = createNodeHeaders({ ...bitcoin.address, timeoutMs, fetch });
  const anchorer = createCalendarAnchorer({
    calendars: calendars.map(({ url }) => url),
    minimumCalendars: 2,
    timeoutMs,
    headers,
    fetch,
    randomBytes: (length) => randomBytes(length),
    sha256,
  });
  authority = await startAuthority();
  const stamps = await timestampAuthorityOf({
    TSA_URL: authority.url,
    TSA_CERTIFICATES_FILE: join(authority.directory, 'root.pem'),
    OTS_TIMEOUT: 20,
  });
  worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await bundle(),
    activities: withHeartbeats(
      createAnchorActivities({ store: persistence.anchors, calendars: anchorer, authority: stamps, sha256 }),
    ),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await connection.close();
  await Promise.all(calendars.map((calendar) => calendar.stop()));
  authority.stop();
  await bitcoin.stop();
  await persistence.close();
  await database.remove();
  rmSync(directory, { recursive: true, force: true });
});

const policy = { ...defaultAnchorPolicy, confirmations: 1, firstLookMs: 500, longestPauseMs: 1_000 };
const run = (batch: string) =>
  client.workflow.execute<typeof anchor>('anchor', {
    workflowId: `anchor/${batch}`,
    taskQueue,
    args: [{ batch, policy }],
  });

async function grow(site: string, entries: number): Promise<void> {
  for (let count = 0; count < entries; count++)
    await recorder.recordIncident({ recordId: randomUUID(), moment: 'closed', story: aStory({ site }) });
}

async function attested(site: string) {
  const anchors = await persistence.anchors.ofSite(site, 0, 1_000);
  return Promise.all(
    anchors.map(async ({ member, batch }) => {
      const { size, index, checkpoint, inclusion } = member;
      const made = assembleAnchor(
        {
          checkpoint,
          batch: { size: batch.size, index, proof: [...inclusion], root: batch.root },
          ots: batch.proof ?? new Uint8Array(),
          headers: batch.headers,
          tokens: batch.tokens,
        },
        sha256,
      );
      return {
        size,
        settledAt: batch.settledAt,
        verdict: await verifyAnchor(made, { cryptography: { sha256 } }),
      };
    }),
  );
}

test('ledgers of all sites go together to a block, and each checkpoint leads there by itself', async () => {
  await grow('main-street', 3);
  await grow('harbour', 5);
  const batch = randomUUID();
  expect(await run(batch)).toEqual({ batch, size: 2 });
  for (const [site, size] of [
    ['main-street', 3],
    ['harbour', 5],
  ] as const) {
    const [found] = await attested(site);
    expect(found).toMatchObject({ size, verdict: { ok: true } });
    expect(found?.settledAt).toBeDefined();
    if (!found?.verdict.ok) throw new Error('not verified');
    expect(found.verdict.attestations.some(({ kind }) => kind === 'bitcoin')).toBe(true);
  }
});

test('where nothing has grown there is no batch, and where one ledger has, it goes alone', async () => {
  expect(await run(randomUUID())).toMatchObject({ size: 0 });
  await grow('harbour', 1);
  expect(await run(randomUUID())).toMatchObject({ size: 1 });
  const sizes = (await persistence.anchors.ofSite('harbour', 0, 1_000)).map(({ member }) => member.size);
  expect(sizes).toEqual([5, 6]);
});

test('a calendar that is down holds nothing up as long as enough answer', async () => {
  await calendars[2]?.stop();
  await grow('main-street', 1);
  const batch = randomUUID();
  expect(await run(batch)).toMatchObject({ size: 1 });
  const standings = (await persistence.anchors.batch(batch))?.standings ?? [];
  expect(standings.filter(({ state }) => state === 'attested').length).toBeGreaterThan(0);
});

test('an exported archive leads every entry to a block of the chain', async () => {
  await mkdir(join(directory, 'secrets'), { mode: 0o700 });
  await writeFile(join(directory, 'secrets', 'evidence-signing.pem'), keys.privateKeyPem, { mode: 0o600 });
  const file = join(directory, 'evidence.zip');
  const env = {
    ...process.env,
    DATABASE_URL: database.server.url,
    MALACHOR_SECRETS_DIR: join(directory, 'secrets'),
  };
  await promisify(execFile)(
    process.execPath,
    ['cli/main.ts', 'evidence', 'export', '--site', 'main-street', '--out', file],
    { env },
  );
  const trustedHeaders = (await persistence.anchors.ofSite('main-street', 0, 1_000)).flatMap(
    ({ batch }) => batch.headers,
  );
  const root = new Uint8Array(await readFile(join(authority.directory, 'root.der')));
  const report = await verifyArchive(new Uint8Array(await readFile(file)), {
    cryptography: nodeCryptography,
    trustedHeaders,
    verifyToken: createTokenVerifier([root]),
  });
  expect(report.problems).toEqual([]);
  const [site] = report.sites;
  const upTo = site && anchoredUpTo(site);
  expect(upTo?.seq).toBe(3);
  expect(upTo?.block).toMatchObject({ isTrusted: true });
  // The second way, which shares nothing with Bitcoin.
  const stamped = site?.anchors.filter(({ attestations }) =>
    attestations.some(({ kind }) => kind === 'rfc3161'),
  );
  expect(stamped?.length).toBe(site?.anchors.length);
});

test('with upgrading turned off a batch is left with its promises', async () => {
  await grow('harbour', 1);
  const batch = randomUUID();
  await client.workflow.execute<typeof anchor>('anchor', {
    workflowId: `anchor/${batch}`,
    taskQueue,
    args: [{ batch, policy: { ...policy, autoUpgrade: false } }],
  });
  const left = await persistence.anchors.batch(batch);
  expect(left?.standings.filter(({ state }) => state === 'pending').length).toBeGreaterThanOrEqual(2);
  expect(left?.settledAt).toBeUndefined();
});
