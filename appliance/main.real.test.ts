import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { generateKeyPair } from '../evidence/node/ed25519.ts';
import { cacheDirectory } from '../stack/cache.ts';
import { freePort } from '../stack/ports.ts';
import type { RunningProcess } from '../stack/supervisor/running-process.ts';
import { findTemporal } from '../stack/temporal/find-temporal.ts';
import { prepareNamespace } from '../stack/temporal/prepare-namespace.ts';
import { startTemporal } from '../stack/temporal/start-temporal.ts';

jest.setTimeout(120_000);
const namespace = 'malachor';
const directory = mkdtempSync(join(tmpdir(), 'malachor-appliance-'));
let address: string;
let temporal: RunningProcess | undefined;
let program: string;
let ports: { port: number; webPort: number };
const children: ChildProcess[] = [];

beforeAll(async () => {
  const secrets = join(directory, 'secrets');
  mkdirSync(secrets, { mode: 0o700 });
  writeFileSync(join(secrets, 'payload-site.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`, {
    mode: 0o600,
  });
  writeFileSync(join(secrets, 'order-signing.pub.pem'), generateKeyPair().publicKeyPem);
  writeFileSync(join(secrets, 'evidence-signing.pub.pem'), generateKeyPair().publicKeyPem);
  for (const own of ['evidence-signing.pem', 'witness-signing.pem'])
    writeFileSync(join(secrets, own), generateKeyPair().privateKeyPem, { mode: 0o600 });
  const config = { site: 'main-street', appliance: 'box-1', hosts: [] };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
  program = (await findTemporal(cache, () => undefined)).path;
  ports = { port: await freePort(), webPort: await freePort() };
  address = `127.0.0.1:${ports.port}`;
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await temporal?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  const files = { dataDirectory: directory, logFile: join(directory, 'temporal.log') };
  temporal = await startTemporal({ program, ...files, ...ports });
  await prepareNamespace({ address, namespace, retentionDays: 1 });
}

function startAppliance(over: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(process.cwd(), 'appliance/main.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TEMPORAL_ADDRESS: address,
      MALACHOR_SECRETS_DIR: join(directory, 'secrets'),
      MALACHOR_APPLIANCE_CONFIG: join(directory, 'config.json'),
      MALACHOR_APPLIANCE_STATE: join(directory, 'state'),
      ...over,
    },
  });
  children.push(child);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  let lines = '';
  child.stdout.on('data', (chunk: Buffer) => {
    lines += chunk.toString();
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exit, log: () => log, lines: () => lines };
}

function milliseconds(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number {
  return Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1e6;
}

/** Names of those who poll the site's queue for activities and did so after `since`. */
async function pollers(since: number): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const { pollers: found } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: 'site-main-street' },
      taskQueueType: proto.temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    });
    return found
      .filter(({ lastAccessTime }) => milliseconds(lastAccessTime) >= since)
      .map(({ identity }) => identity ?? '');
  } finally {
    await connection.close();
  }
}

/** Looks until `look` finds something, thirty seconds at most. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const giveUpAt = Date.now() + 30_000;
  while (Date.now() < giveUpAt) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(100);
  }
  throw new Error('did not come about within 30 seconds');
}

function untilPolledSince(since: number): Promise<string[]> {
  return until(async () => {
    const found = await pollers(since).catch(() => []);
    return found.length > 0 ? found : undefined;
  });
}

test('waits for Temporal, serves its site, outlives the death of Temporal, and stops cleanly', async () => {
  const { child, exit, lines, log } = startAppliance();
  await until(() => log().includes('does not serve this site yet') || undefined);
  expect(lines()).toBe('');
  expect(child.exitCode).toBeNull();

  await startServer();
  expect(JSON.parse(await until(() => lines() || undefined))).toEqual({
    ready: true,
    process: 'appliance',
    site: 'main-street',
    appliance: 'box-1',
    queue: 'site-main-street',
    hosts: 0,
  });
  expect(await untilPolledSince(0)).toEqual(['appliance/main-street/box-1']);

  await temporal!.kill('SIGKILL');
  const killedAt = Date.now();
  await startServer();
  await untilPolledSince(killedAt);
  expect(child.exitCode).toBeNull();

  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('does not start with a key that others can read', async () => {
  const file = join(directory, 'secrets', 'evidence-signing.pem');
  chmodSync(file, 0o644);
  const { exit, log } = startAppliance();
  expect(await exit).not.toBe(0);
  expect(log()).toContain('can be read by others');
  chmodSync(file, 0o600);
});

test('stops cleanly while it waits for Temporal', async () => {
  const { child, exit, log } = startAppliance({ TEMPORAL_ADDRESS: '127.0.0.1:1', LOG_LEVEL: 'debug' });
  await until(() => log().includes('old orders forgotten') || undefined);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('stops cleanly while its namespace is missing', async () => {
  if (temporal === undefined) await startServer();
  const { child, exit, log } = startAppliance({ TEMPORAL_NAMESPACE: 'missing' });
  await until(() => log().includes('does not serve this site yet') || undefined);
  expect(log()).toContain('Namespace missing was not found');
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
});

test('a second process on the same state says so and ends for its supervisor to try again', async () => {
  const first = startAppliance({ TEMPORAL_ADDRESS: '127.0.0.1:1', LOG_LEVEL: 'debug' });
  await until(() => first.log().includes('old orders forgotten') || undefined);
  const second = startAppliance();
  expect(await second.exit).toBe(1);
  expect(second.log()).toMatch(/another appliance process uses .*stop it first/);
});

test('a setting that is missing is named', async () => {
  const { exit, log } = startAppliance({ MALACHOR_SECRETS_DIR: '' });
  expect(await exit).toBe(1);
  expect(log()).toContain('MALACHOR_SECRETS_DIR');
});
