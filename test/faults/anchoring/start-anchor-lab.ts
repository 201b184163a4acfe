import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSigner, generateKeyPair } from '../../../evidence/node/ed25519.ts';
import { createPersistence, type Persistence } from '../../../persistence/create-persistence.ts';
import { startBitcoin, type Bitcoin } from '../../../stack/anchoring/start-bitcoin.ts';
import { startCalendar } from '../../../stack/anchoring/start-calendar.ts';
import { cacheDirectory } from '../../../stack/cache.ts';
import { bundle } from '../../incident/harness.ts';
import { openWithTwoSites } from '../../postgres/builders.ts';
import { startTestDatabase } from '../../postgres/test-database.ts';

/** Everything that anchoring needs but a worker: ledgers in Postgres, Temporal, three calendars and their chain. */
export interface AnchorLab {
  readonly persistence: Persistence;
  readonly bitcoin: Bitcoin;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly taskQueue: string;
  /** What a worker is started with. */
  readonly workerEnvironment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startAnchorLab(): Promise<AnchorLab> {
  const directory = mkdtempSync(join(tmpdir(), 'malachor-anchor-kills-'));
  const log = () => undefined;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const address = process.env['MALACHOR_TEST_TEMPORAL'];
    const namespace = process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'];
    if (address === undefined || namespace === undefined)
      throw new Error('test/setup/start-parts.ts has not started Temporal');
    const workflowBundle = join(directory, 'workflows.js');
    writeFileSync(workflowBundle, (await bundle()).code);
    const database = await startTestDatabase();
    stops.push(() => database.remove());
    await (await openWithTwoSites(database)).close();
    const persistence = await createPersistence(database.server.url, {
      checkpointSigner: createSigner(generateKeyPair().privateKeyPem),
    });
    stops.push(() => persistence.close());
    const bitcoin = await startBitcoin({
      dataDirectory: join(directory, 'bitcoin'),
      cacheDirectory: cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() }),
      logFile: join(directory, 'bitcoin.log'),
      log,
    });
    stops.push(() => bitcoin.stop());
    const urls: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const dataDirectory = join(directory, `calendar-${name}`);
      const calendar = await startCalendar({ dataDirectory, bitcoin, log, intervalMs: 200, mines: true });
      stops.push(() => calendar.stop());
      urls.push(calendar.url);
    }
    const passwordFile = join(directory, 'rpc-password');
    writeFileSync(passwordFile, bitcoin.address.password, { mode: 0o600 });
    const taskQueue = `anchor-kills-${randomUUID()}`;
    return {
      persistence,
      bitcoin,
      temporal: { address, namespace },
      taskQueue,
      workerEnvironment: {
        PATH: process.env['PATH'] ?? '',
        DATABASE_URL: database.server.url,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
        TASK_QUEUE: taskQueue,
        WORKFLOW_BUNDLE: workflowBundle,
        OTS_ENABLED: '1',
        OTS_CALENDARS: urls.join(','),
        OTS_TIMEOUT: '10',
        BITCOIN_RPC_URL: bitcoin.address.url,
        BITCOIN_RPC_USER: bitcoin.address.user,
        BITCOIN_RPC_PASSWORD_FILE: passwordFile,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
