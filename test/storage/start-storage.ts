import { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { randomUUID } from 'node:crypto';
import { createStorageActivities } from '../../activities/storage/create-storage-activities.ts';
import type { OpenStore, StorageDependencies, StorageLog } from '../../activities/storage/ports.ts';
import type { StorageActivities } from '../../activities/storage/storage-activities.ts';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import type { StoredObject } from '../../domain/retention/stored-object.ts';
import { sitePrefix } from '../../domain/retention/object-keys.ts';
import type { ReconciliationReport } from '../../domain/retention/reconciliation.ts';
import { createSigner, generateKeyPair, nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createPersistence, type Persistence } from '../../persistence/create-persistence.ts';
import { checkpointKeys } from '../../workers/storage.ts';
import type { reconcile } from '../../workflows/reconcile/workflow.ts';
import type { store } from '../../workflows/store/workflow.ts';
import { bundle, quietRuntime } from '../incident/harness.ts';
import { anEnvelope, openWithTwoSites } from '../postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../postgres/test-database.ts';
import type { TestStore } from './test-stores.ts';

/** Ledgers in a real Postgres, and what is needed to store them. */
export interface StorageRig {
  database: TestDatabase;
  persistence: Persistence;
  /** What was logged as an error by `activities`. */
  log: ReturnType<typeof quietLog>;
  activities: StorageActivities;
  open: OpenStore;
  /** Appends entries to a site's ledger, recorded at a time, now without one. */
  grow(site: string, entries: number, recordedAtMs?: number): Promise<void>;
  setPlan(site: string, plan: 'essential' | 'professional' | 'enterprise'): Promise<void>;
  stored(site: string): Promise<StoredObject[]>;
  remove(): Promise<void>;
}

export function quietLog(): StorageLog & { errors: { facts: object; message: string }[] } {
  const errors: { facts: object; message: string }[] = [];
  return {
    errors,
    info: () => undefined,
    error: (facts, message) => {
      errors.push({ facts, message });
    },
  };
}

export function dependenciesOf(
  persistence: Persistence,
  store: TestStore,
  over: Partial<StorageDependencies> = {},
): StorageDependencies {
  return {
    store: store.setting(),
    records: persistence.objectRecords,
    ledger: persistence.ledger,
    checkpointKeys: () => checkpointKeys(persistence.signingKeys),
    cryptography: nodeCryptography,
    now: () => new Date(),
    log: quietLog(),
    ...over,
  };
}

export async function startStorage(testStore: TestStore): Promise<StorageRig> {
  const database = await startTestDatabase();
  await (await openWithTwoSites(database)).close();
  const keys = generateKeyPair();
  const signer = createSigner(keys.privateKeyPem);
  let recordedAtMs: number | undefined;
  const persistence = await createPersistence(database.server.url, {
    checkpointSigner: signer,
    nowMs: () => recordedAtMs ?? Date.now(),
  });
  await persistence.signingKeys.remember({
    keyId: signer.keyId,
    purpose: 'evidence',
    publicKey: keys.publicKeyPem,
    firstUsedAt: new Date(0).toISOString(),
  });
  const log = quietLog();
  const open = await testStore.setting().open();
  return {
    database,
    persistence,
    log,
    activities: createStorageActivities(dependenciesOf(persistence, testStore, { log })),
    open,
    grow: async (site, entries, atMs) => {
      recordedAtMs = atMs;
      await Promise.all(
        Array.from({ length: entries }, () => {
          const recordId = randomUUID();
          return persistence.ledger.append({ site, recordId, envelope: anEnvelope(recordId) });
        }),
      );
    },
    setPlan: (site, planTier) =>
      persistence.sites.enrolSite({ id: site, name: site, policy: sitePolicySchema.parse({ planTier }) }),
    stored: async (site) => {
      const found: StoredObject[] = [];
      for await (const object of open.objects.list(sitePrefix(site))) found.push(object);
      return found;
    },
    remove: async () => {
      open.objects.close();
      open.custodian?.close();
      await persistence.close();
      await database.remove();
    },
  };
}

/** The workflows on a real Temporal, on a queue of their own. */
export interface StorageWorker {
  /** Runs one round of storing to its end. */
  store(): Promise<{ stored: number }>;
  /** The same, without waiting for its end. */
  beginStore(): Promise<{ ended: Promise<{ stored: number }> }>;
  reconcile(): Promise<{ differing: string[] }>;
  /** Begins to take work, where it did not from the start. */
  poll(): void;
  stop(): Promise<void>;
}

export async function startStorageWorker(
  activities: StorageActivities,
  taskQueue = `storage-${randomUUID()}`,
  { isPolling = true }: { isPolling?: boolean } = {},
): Promise<StorageWorker> {
  quietRuntime();
  const address = process.env['MALACHOR_TEST_TEMPORAL'];
  const namespace = process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'] ?? 'malachor';
  if (address === undefined) throw new Error('test/setup/start-parts.ts has not started Temporal');
  const connection = await NativeConnection.connect({ address });
  const client = new Client({ connection, namespace });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await bundle(),
    activities,
  });
  let running: Promise<void> | undefined;
  const poll = () => {
    running ??= worker.run();
  };
  if (isPolling) poll();
  const beginStore = async () => {
    const workflowId = `store/${randomUUID()}`;
    const handle = await client.workflow.start<typeof store>('store', { workflowId, taskQueue, args: [{}] });
    return { ended: handle.result() };
  };
  return {
    beginStore,
    store: async () => (await beginStore()).ended,
    reconcile: () =>
      client.workflow.execute<typeof reconcile>('reconcile', {
        workflowId: `reconcile/${randomUUID()}`,
        taskQueue,
        args: [{}],
      }),
    poll,
    stop: async () => {
      if (running) {
        worker.shutdown();
        await running;
      }
      await connection.close();
    },
  };
}

/** One reconciliation of a site, without a workflow. */
export async function reconcileSite(
  activities: StorageActivities,
  site: string,
): Promise<ReconciliationReport> {
  let step = await activities.reconcileNext({ site });
  while ('walk' in step) step = await activities.reconcileNext({ site, walk: step.walk });
  if (!step.report) throw new Error(`${site} is not enrolled`);
  return step.report;
}
