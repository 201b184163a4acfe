import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { searchAttributes } from '../../contracts/search-attributes.ts';
import { cacheDirectory } from '../cache.ts';
import { freePort } from '../ports.ts';
import type { RunningProcess } from '../supervisor/running-process.ts';
import { findTemporal } from './find-temporal.ts';
import { prepareNamespace } from './prepare-namespace.ts';
import { isServing, startTemporal } from './start-temporal.ts';

const directory = mkdtempSync(join(tmpdir(), 'malachor-temporal-test-'));
const namespace = 'malachor';
let server: RunningProcess | undefined;

afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function startServer(): Promise<string> {
  const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
  const program = (await findTemporal(cache, () => undefined)).path;
  const [port, webPort] = [await freePort(), await freePort()];
  server = await startTemporal({
    program,
    dataDirectory: directory,
    logFile: join(directory, 'temporal.log'),
    port,
    webPort,
  });
  return `127.0.0.1:${port}`;
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

test('a prepared server takes workflows with our search attributes and keeps them over SIGKILL', async () => {
  const address = await startServer();
  await prepareNamespace({ address, namespace, retentionDays: 30 });
  await withClient(address, (client) =>
    client.workflow.start('nothing', {
      workflowId: 'incident/a/b/c',
      taskQueue: 'none',
      typedSearchAttributes: [{ key: searchAttributes.site, value: 'oak-street' }],
    }),
  );
  await server!.kill('SIGKILL');
  expect(await isServing(address)).toBe(false);

  const again = await startServer();
  await prepareNamespace({ address: again, namespace, retentionDays: 7 });
  await withClient(again, async (client) => {
    expect((await client.workflow.getHandle('incident/a/b/c').describe()).status.name).toBe('RUNNING');
    const { config } = await client.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(7 * 86_400);
    const listed = [];
    for await (const execution of client.workflow.list({ query: `MalachorSite = 'oak-street'` }))
      listed.push(execution.workflowId);
    expect(listed).toEqual(['incident/a/b/c']);
  });
}, 120_000);
