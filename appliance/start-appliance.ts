import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { readCatalog } from '../catalog/read-catalog.ts';
import { siteTaskQueue } from '../contracts/ids.ts';
import { keyIdOf } from '../evidence/signer.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { connectNative } from '../temporal/connect-native.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { parseSiteKeyFile } from '../temporal/key-files.ts';
import { retry } from '../temporal/retry.ts';
import { installTemporalRuntime } from '../temporal/runtime.ts';
import { siteKeyring } from '../temporal/site-keys.ts';
import { createSiteActivities } from './activities.ts';
import { createCatalogSource } from './catalog-source.ts';
import { createCollectors } from './collectors/create-collectors.ts';
import { parseApplianceConfig, type ApplianceConfig } from './config.ts';
import type { ApplianceEnvironment } from './environment.ts';
import { readSigningKey } from './evidence/signing-key.ts';
import { startRecorder } from './evidence/start-recorder.ts';
import { OrderExecutor } from './orders/order-executor.ts';
import { OrderJournal } from './orders/order-journal.ts';
import { Scanner } from './scanner/scanner.ts';
import { HostTransport } from './transports/host-transport.ts';
import type { Transport } from './transports/transport.ts';
import { startWitness } from './witness/start-witness.ts';

/** How long finished orders are remembered beyond their expiry. */
const retentionMs = 90 * 24 * 3_600_000;
const pruneEveryMs = 24 * 3_600_000;

export interface RunningAppliance {
  /** What the ready line tells. */
  about: { site: string; appliance: string; queue: string; hosts: number };
  /** Settles when the worker has stopped: resolves after `stop`, rejects when it failed. */
  done: Promise<void>;
  /** Takes no more work, lets running orders end. */
  stop(): void;
}

/**
 * Starts an appliance: waits for Temporal as long as `signal` lets it, then serves its site's queue. Once connected, the
 * worker survives Temporal's absence by itself.
 *
 * @param openTransport how its hosts are reached; by SSH, or a shell of this machine, without it
 */
export async function startAppliance(
  environment: ApplianceEnvironment & { MALACHOR_CATALOG_DIR: string },
  logger: Logger,
  signal: AbortSignal,
  openTransport: (config: ApplianceConfig) => Transport = ({ hosts }) => new HostTransport(hosts),
): Promise<RunningAppliance> {
  const config = parseApplianceConfig(await readFile(environment.MALACHOR_APPLIANCE_CONFIG, 'utf8'));
  const secret = (name: string) => readFile(join(environment.MALACHOR_SECRETS_DIR, name), 'utf8');
  const publicKey = readPublicKey(await secret('order-signing.pub.pem'));
  const signer = await readSigningKey(join(environment.MALACHOR_SECRETS_DIR, 'evidence-signing.pem'));
  const dataConverter = createDataConverter(
    siteKeyring(config.site, parseSiteKeyFile(await secret('payload-site.key'))),
  );
  await mkdir(environment.MALACHOR_APPLIANCE_STATE, { recursive: true, mode: 0o700 });
  const directories = {
    stateDirectory: environment.MALACHOR_APPLIANCE_STATE,
    secretsDirectory: environment.MALACHOR_SECRETS_DIR,
  };
  const journal = new OrderJournal(join(environment.MALACHOR_APPLIANCE_STATE, 'orders.db'));
  const transport = openTransport(config);
  const catalog = createCatalogSource(environment.MALACHOR_CATALOG_DIR, readCatalog);
  const executor = new OrderExecutor({
    site: config.site,
    hosts: new Set(config.hosts.map((host) => host.id)),
    keys: [{ keyId: keyIdOf(publicKey, sha256), publicKey }],
    catalog,
    transport,
    journal,
    now: Date.now,
  });
  const scanner = new Scanner({
    site: config.site,
    hosts: config.hosts,
    catalog,
    transport,
    collectors: createCollectors(),
    now: Date.now,
    newId: () => crypto.randomUUID(),
  });
  const witnessing = await startWitness({ ...config, ...directories }, logger);
  const recording = startRecorder({ ...config, ...directories }, signer, catalog, logger);
  const prune = (): void => {
    logger.debug({ forgotten: journal.prune(Date.now() - retentionMs) }, 'old orders forgotten');
  };
  prune();
  const pruning = setInterval(prune, pruneEveryMs);
  let connection: NativeConnection | undefined;
  const release = async (): Promise<void> => {
    clearInterval(pruning);
    recording.stop();
    witnessing.close();
    await executor.drain();
    await transport.close();
    journal.close();
    await connection?.close();
  };
  try {
    installTemporalRuntime(logger);
    const patience = {
      signal,
      onFailure: ({ error, retryInMs }: { error: unknown; retryInMs: number }) => {
        logger.warn({ err: error, retryInMs }, 'Temporal does not serve this site yet');
      },
    };
    connection = await connectNative({ address: environment.TEMPORAL_ADDRESS }, patience);
    const queue = siteTaskQueue(config.site);
    const workerOptions = {
      connection,
      namespace: environment.TEMPORAL_NAMESPACE,
      taskQueue: queue,
      dataConverter,
      activities: createSiteActivities({
        site: config.site,
        scanner,
        executor,
        recorder: recording.recorder,
        witness: witnessing.witness,
      }),
      identity: `appliance/${config.site}/${config.appliance}`,
      maxConcurrentActivityTaskExecutions: 32,
    };
    // Fails while a new server has not got its namespace yet.
    const worker = await retry(() => Worker.create(workerOptions), patience);
    const done = worker.run().finally(release);
    const about = { site: config.site, appliance: config.appliance, queue, hosts: config.hosts.length };
    return {
      about,
      done,
      stop: () => {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
