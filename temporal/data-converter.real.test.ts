import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { heartbeat } from '@temporalio/activity';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import proto from '@temporalio/proto';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { incidentWorkflowId } from '../contracts/ids.ts';
import { cacheDirectory } from '../stack/cache.ts';
import { freePort } from '../stack/ports.ts';
import { findTemporal } from '../stack/temporal/find-temporal.ts';
import { prepareNamespace } from '../stack/temporal/prepare-namespace.ts';
import { startTemporal } from '../stack/temporal/start-temporal.ts';
import { connectClient } from './connect.ts';
import { connectNative } from './connect-native.ts';
import { createDataConverter, failureConverterPath } from './data-converter.ts';
import { createPayloadCodec, keyIdMetadata } from './payload-codec.ts';
import { retry } from './retry.ts';
import { centralKeyring, derivePayloadKey, siteKeyring, type Keyring } from './site-keys.ts';
import {
  finishSignal,
  markedQuery,
  markedSignal,
  markedUpdate,
  refusedUpdate,
  type MarkerActivities,
} from './testing/marker-workflow.ts';

const marker = 'PHI-marker-8f3a';
const input = { marker };
const namespace = 'malachor';
const masterKey = Buffer.alloc(32, 5);
const workflowId = incidentWorkflowId({ site: 'clinic', host: 'front-desk', check: 'linux.ssh.root_login' });
const foreignId = incidentWorkflowId({ site: 'dental', host: 'front-desk', check: 'linux.ssh.root_login' });
const keyOf = (site: string) => siteKeyring(site, derivePayloadKey(masterKey, { site, version: 1 }));

const directory = mkdtempSync(join(tmpdir(), 'malachor-codec-test-'));
const stops: (() => Promise<unknown>)[] = [];
let address = '';
let client: Client;

beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: 'off' } },
  });
  const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
  const port = await freePort();
  address = `127.0.0.1:${port}`;
  const server = await startTemporal({
    program: (await findTemporal(cache, () => undefined)).path,
    dataDirectory: directory,
    logFile: join(directory, 'temporal.log'),
    port,
    webPort: await freePort(),
  });
  stops.push(() => server.stop());
  await prepareNamespace({ address, namespace, retentionDays: 1 });
  client = await connect(centralKeyring(masterKey));
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(process.cwd(), 'temporal/testing/marker-workflow.ts'),
    failureConverterPath,
    logger: new DefaultLogger('ERROR'),
  });
  await startWorker('central', centralKeyring(masterKey), { workflowBundle: { code } });
  await startWorker('site-clinic', keyOf('clinic'), {});
}, 240_000);

afterAll(async () => {
  // A part that already failed must not keep the others running.
  for (const stop of stops.reverse()) await stop().catch(() => undefined);
  rmSync(directory, { recursive: true, force: true });
}, 60_000);

async function connect(keyring: Keyring): Promise<Client> {
  const dataConverter = createDataConverter(keyring);
  const connected = await connectClient(
    { address, namespace, dataConverter, identity: 'test' },
    { giveUpAfterMs: 30_000 },
  );
  stops.push(() => connected.connection.close());
  return connected;
}

async function startWorker(
  taskQueue: string,
  keyring: Keyring,
  workflows: { workflowBundle?: { code: string } },
): Promise<void> {
  const activities: MarkerActivities = {
    centralEcho: async (given) => given,
    siteEcho: async (given) => {
      heartbeat(given);
      return given;
    },
    siteFailure: async ({ marker: text }) => {
      throw ApplicationFailure.create({
        message: `broke on ${text}`,
        type: 'probe_failed',
        details: [text],
        cause: new Error(`because of ${text}`),
      });
    },
  };
  const connection = await connectNative({ address }, { giveUpAfterMs: 30_000 });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    activities: { ...activities },
    dataConverter: createDataConverter(keyring),
    ...workflows,
  });
  const running = worker.run();
  stops.push(
    () => connection.close(),
    async () => {
      worker.shutdown();
      await running;
    },
  );
}

async function rawHistory(id: string): Promise<proto.temporal.api.history.v1.IHistory> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId: id },
  });
  return history!;
}

const historyText = (history: proto.temporal.api.history.v1.IHistory) =>
  Buffer.from(proto.temporal.api.history.v1.History.encode(history).finish()).toString('latin1');

it('leaves nothing readable in the history or on disk, while everybody concerned reads it', async () => {
  const handle = await client.workflow.signalWithStart('marked', {
    workflowId,
    taskQueue: 'central',
    args: [input],
    signal: markedSignal,
    signalArgs: [input],
    memo: { first: marker },
    staticSummary: marker,
  });
  expect(await handle.query(markedQuery, input)).toEqual(input);
  expect(await handle.executeUpdate(markedUpdate, { args: [input] })).toEqual(input);
  await expect(handle.executeUpdate(refusedUpdate, { args: [input] })).rejects.toMatchObject({
    cause: { type: 'not_waiting', message: `refused ${marker}` },
  });
  expect((await handle.describe()).memo).toEqual({ first: marker, note: marker });
  await handle.signal(finishSignal);

  const failure: unknown = await handle.result().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WorkflowFailedError);
  expect(failure).toMatchObject({
    cause: {
      cause: {
        type: 'probe_failed',
        message: `broke on ${marker}`,
        details: [marker],
        cause: { message: `because of ${marker}` },
      },
    },
  });

  const history = await rawHistory(workflowId);
  const kinds = new Set(history.events!.map((event) => event.eventType));
  const expected = proto.temporal.api.enums.v1.EventType;
  for (const kind of [
    expected.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    expected.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    expected.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED,
    expected.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
    expected.EVENT_TYPE_ACTIVITY_TASK_FAILED,
    expected.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED,
    expected.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
  ]) {
    expect(kinds).toContain(kind);
  }
  const text = historyText(history);
  expect(text).not.toContain('PHI-marker');
  expect(text).not.toContain('marker-workflow.ts');
  expect(text).toContain('Encoded failure');

  const stored = readdirSync(directory).filter((name) => name.startsWith('temporal.sqlite'));
  expect(stored).toContain('temporal.sqlite');
  for (const name of stored) expect(readFileSync(join(directory, name)).includes('PHI-marker')).toBe(false);
}, 120_000);

it('uses no key but that of the site', async () => {
  const keyIds = new Set<string>();
  const visit = (node: unknown): void => {
    if (node instanceof Uint8Array || typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === keyIdMetadata) keyIds.add(Buffer.from(value as Uint8Array).toString());
      else visit(value);
    }
  };
  visit(await rawHistory(workflowId));
  expect([...keyIds]).toEqual(['site/clinic/v1']);
}, 60_000);

it('an appliance cannot read what concerns another site, even on its own queue, and goes on working', async () => {
  // This workflow of site dental sends activities to the appliance of site clinic.
  const foreign = await client.workflow.start('marked', {
    workflowId: foreignId,
    taskQueue: 'central',
    args: [input],
  });
  const failure = await retry(
    async () => {
      const { events } = await rawHistory(foreignId);
      const failed = events?.find((event) => event.activityTaskFailedEventAttributes);
      if (!failed) throw new Error('the activity has not failed yet');
      return failed.activityTaskFailedEventAttributes!.failure!;
    },
    { giveUpAfterMs: 20_000 },
  );
  const appliance = createPayloadCodec({ keyring: keyOf('clinic') });
  const [attributes] = await appliance.decode([failure.encodedAttributes!]);
  expect(Buffer.from(attributes!.data!).toString()).toContain('no payload key site/dental/v1');
  expect(historyText(await rawHistory(foreignId))).not.toContain('PHI-marker');
  await foreign.terminate();

  const own = await client.workflow.start('marked', {
    workflowId: incidentWorkflowId({ site: 'clinic', host: 'front-desk', check: 'linux.time.sync' }),
    taskQueue: 'central',
    args: [input],
  });
  await own.signal(finishSignal);
  await expect(own.result()).rejects.toMatchObject({ cause: { cause: { type: 'probe_failed' } } });
}, 60_000);

it('a client without the key of a site gets an error, not a value', async () => {
  const stranger = await connect(keyOf('dental'));
  await expect(
    stranger.workflow
      .getHandle(workflowId)
      .describe()
      .then(({ memo }) => memo),
  ).rejects.toThrow('site/clinic/v1');
}, 60_000);
