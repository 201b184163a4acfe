import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { incidentWorkflowId } from '../contracts/ids.ts';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import { signEnvelope } from '../evidence/dsse.ts';
import { createSigner } from '../evidence/node/ed25519.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import { migrate } from '../persistence/migrate.ts';
import { cacheDirectory } from '../stack/cache.ts';
import { freePort } from '../stack/ports.ts';
import { startPostgres, type RunningPostgres } from '../stack/postgres/start-postgres.ts';
import { ensureCentralSecrets } from '../stack/secrets.ts';
import { findTemporal } from '../stack/temporal/find-temporal.ts';
import { prepareNamespace } from '../stack/temporal/prepare-namespace.ts';
import { startTemporal } from '../stack/temporal/start-temporal.ts';
import { connectClient } from '../temporal/connect.ts';
import { connectNative } from '../temporal/connect-native.ts';
import { createDataConverter, failureConverterPath } from '../temporal/data-converter.ts';
import { parseMasterKeyFile } from '../temporal/key-files.ts';
import { retry } from '../temporal/retry.ts';
import { centralKeyring } from '../temporal/site-keys.ts';
import { problemOf } from './testing/start-test-api.ts';
import { buildStory } from './testing/story-builder.ts';

jest.setTimeout(120_000);

const directory = mkdtempSync(join(tmpdir(), 'malachor-api-test-'));
const secrets = join(directory, 'secrets');
const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
const namespace = 'malachor';
const key = { site: 'main-street', host: 'front-desk', check: 'linux.ssh.root_login' };
const workflowId = incidentWorkflowId(key);
const path = '/api/incidents/main-street~front-desk~linux.ssh.root_login';
const decisionId = '5b1c3f0e-7c0a-4a53-9d47-0b7c7f1f2a10';
const stops: (() => Promise<unknown>)[] = [];

let api: ChildProcessByStdio<null, Readable, null>;
let url = '';
let temporalPort = 0;
let databaseUrl = '';
let postgres: RunningPostgres;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'off' } },
  });
  chmodSync(directory, 0o711);
  ensureCentralSecrets(secrets);
  temporalPort = await freePort();
  // Started once for its credentials, then away, so that the API begins without it.
  postgres = await startDatabase();
  databaseUrl = postgres.url;
  await migrate(postgres.ownerUrl);
  await postgres.stop();
  api = spawn(process.execPath, ['api/main.ts'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      MALACHOR_SECRETS_DIR: secrets,
      MALACHOR_API_PORT: '0',
    },
  });
  const [line] = (await once(createInterface(api.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { ready: boolean; address: string };
  expect(ready.ready).toBe(true);
  url = ready.address;
});

afterAll(async () => {
  if (api.exitCode === null) api.kill('SIGKILL');
  // A part that already failed must not keep the others running.
  for (const stop of stops.reverse()) await stop().catch(() => undefined);
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

async function startDatabase(): Promise<RunningPostgres> {
  const started = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    cacheDirectory: cache,
    log: () => undefined,
    ...(databaseUrl !== '' && { port: Number(new URL(databaseUrl).port) }),
  });
  stops.push(() => started.stop());
  return started;
}

const headers = () => ({
  authorization: `Bearer ${readFileSync(join(secrets, 'admin-token'), 'utf8').trim()}`,
  'content-type': 'application/json',
});
const get = (address: string) => fetch(url + address, { headers: headers() });
const post = (address: string, body: unknown = {}) =>
  fetch(url + address, { method: 'POST', headers: headers(), body: JSON.stringify(body) });
const health = async () => {
  const response = await get('/health');
  return {
    status: response.status,
    body: (await response.json()) as { parts: Record<string, { up: boolean }> },
  };
};

async function startCentralWorker(): Promise<void> {
  const keyring = centralKeyring(
    parseMasterKeyFile(readFileSync(join(secrets, 'payload-master.key'), 'utf8')),
  );
  const dataConverter = createDataConverter(keyring);
  const address = `127.0.0.1:${temporalPort}`;
  const client = await connectClient({ address, namespace, dataConverter, identity: 'test' });
  const connection = await connectNative({ address });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: 'central',
    dataConverter,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: join(process.cwd(), 'api/testing/decision-workflow.ts'),
      failureConverterPath,
      logger: new DefaultLogger('ERROR', () => undefined),
    }),
  });
  const running = worker.run();
  stops.push(
    () => connection.close(),
    () => client.connection.close(),
    async () => {
      worker.shutdown();
      await running;
    },
  );
  await client.workflow.start('decided', { workflowId, taskQueue: 'central', args: [] });
}

test('without Postgres and Temporal it serves, says what is away and refuses what needs them', async () => {
  const { status, body } = await health();
  expect([status, body.parts]).toEqual([503, { postgres: { up: false }, temporal: { up: false } }]);
  expect(await problemOf(await get('/api/incidents'))).toMatchObject({ code: 'database_unavailable' });
  const decision = { id: decisionId, kind: 'resolve', note: 'by hand' };
  expect(await problemOf(await post(`${path}/decisions`, decision))).toMatchObject({ status: 503 });
});

test('it recovers by itself when they come', async () => {
  postgres = await startDatabase();
  const server = await startTemporal({
    program: (await findTemporal(cache, () => undefined)).path,
    dataDirectory: join(directory, 'temporal'),
    logFile: join(directory, 'temporal.log'),
    port: temporalPort,
    webPort: await freePort(),
  });
  stops.push(() => server.stop());
  await prepareNamespace({ address: `127.0.0.1:${temporalPort}`, namespace, retentionDays: 1 });
  await retry(
    async () => {
      const { status, body } = await health();
      if (status !== 200) throw new Error(`still ${JSON.stringify(body)}`);
    },
    { giveUpAfterMs: 30_000 },
  );
});

test('it reads what is stored and verifies it', async () => {
  const persistence = await createPersistence(databaseUrl);
  stops.push(() => persistence.close());
  await persistence.sites.enrolSite({
    id: key.site,
    name: 'Main Street',
    policy: sitePolicySchema.parse({}),
  });
  await persistence.incidents.project(buildStory());
  const signer = createSigner(readFileSync(join(secrets, 'evidence-signing.pem'), 'utf8'));
  for (const recordId of ['one', 'two']) {
    const envelope = signEnvelope('text/plain', Buffer.from(recordId), [signer]);
    const disclosures = [['0'.repeat(32), '/host', recordId]] as const;
    await persistence.ledger.append({ site: key.site, recordId, envelope, disclosures });
  }

  const list = (await (await get('/api/incidents?site=main-street&limit=1')).json()) as { items: unknown[] };
  expect(list.items).toMatchObject([{ id: 'main-street~front-desk~linux.ssh.root_login', state: 'closed' }]);
  expect(await (await get(path)).json()).toMatchObject({ story: buildStory() });
  expect(await (await get('/api/sites')).json()).toMatchObject({ items: [{ id: key.site }] });
  const evidence = `/api/evidence/sites/${key.site}`;
  expect(await (await get(`${evidence}/verify`)).json()).toMatchObject({ verified: true, entries: 2 });
  const bundles = (await (await get(`${evidence}/bundles?limit=1`)).json()) as { nextCursor: string };
  expect(await (await get(`${evidence}/bundles?cursor=${bundles.nextCursor}`)).json()).toMatchObject({
    items: [{ entry: 1, disclosures: [['0'.repeat(32), '/host', 'two']] }],
  });
  expect(await problemOf(await get('/api/evidence/sites/elsewhere/summary'))).toMatchObject({
    code: 'site_not_found',
  });
  expect(await problemOf(await get('/api/incidents?cursor=bm9uc2Vuc2U'))).toMatchObject({
    code: 'invalid_cursor',
  });
});

test('a scan is started once for one idempotency key', async () => {
  const start = async () => {
    const init = { method: 'POST', headers: { ...headers(), 'idempotency-key': 'nightly-01' }, body: '{}' };
    const response = await fetch(`${url}/api/sites/${key.site}/scan`, init);
    return { status: response.status, body: await response.json() };
  };
  const expected = { status: 202, body: { id: 'scan/main-street/nightly-01' } };
  expect([await start(), await start()]).toEqual([expected, expected]);
});

test('decisions reach the incident, refusals come back, and a repeated one decides nothing new', async () => {
  await startCentralWorker();
  expect(await problemOf(await post(`${path}/decisions`, { id: decisionId, kind: 'approve' }))).toMatchObject(
    {
      status: 422,
      code: 'runbook_needed',
      detail: 'Name a runbook.',
    },
  );
  expect(await problemOf(await post(`${path}/release-flapping`))).toMatchObject({
    status: 409,
    code: 'not_waiting',
  });
  expect(await (await post(`${path}/acknowledge`)).json()).toHaveProperty('acknowledgedAt');

  const resolve = { id: decisionId, kind: 'resolve', note: 'by hand' };
  const receipt = { decisionId, accepted: true, effect: 'applied', message: 'by admin' };
  expect(await (await post(`${path}/decisions`, resolve)).json()).toEqual(receipt);
  expect(await (await post(`${path}/decisions`, resolve)).json()).toEqual(receipt);

  const late = { ...resolve, id: '6b1c3f0e-7c0a-4a53-9d47-0b7c7f1f2a10' };
  expect(await problemOf(await post(`${path}/decisions`, late))).toMatchObject({
    status: 409,
    code: 'incident_closed',
  });
  const never = '/api/incidents/main-street~front-desk~linux.none.such/decisions';
  expect(await problemOf(await post(never, late))).toMatchObject({ status: 404, code: 'incident_not_found' });
});

test('it outlives a killed database and finds it again', async () => {
  await postgres.kill('SIGKILL');
  expect((await health()).body.parts).toMatchObject({ postgres: { up: false }, temporal: { up: true } });
  expect(await problemOf(await get('/api/incidents'))).toMatchObject({ code: 'database_unavailable' });
  postgres = await startDatabase();
  await retry(
    async () => {
      if ((await get('/api/incidents')).status !== 200) throw new Error('not yet');
    },
    { giveUpAfterMs: 30_000 },
  );
});

test('SIGTERM ends it cleanly', async () => {
  const ended = once(api, 'exit');
  api.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
