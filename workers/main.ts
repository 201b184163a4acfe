import { Worker } from '@temporalio/worker';
import path from 'node:path';
import pino from 'pino';
import { createMessagesClient } from '../activities/planning/create-messages-client.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { centralTaskQueue } from '../contracts/ids.ts';
import { createStorageActivities } from '../activities/storage/create-storage-activities.ts';
import { createSigner, nodeCryptography } from '../evidence/node/ed25519.ts';
import { controlMapOf, controlsDigest } from '../domain/catalog/control-map.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import { connectClient } from '../temporal/connect.ts';
import { connectNative } from '../temporal/connect-native.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { parseMasterKeyFile } from '../temporal/key-files.ts';
import { installTemporalRuntime } from '../temporal/runtime.ts';
import { centralKeyring } from '../temporal/site-keys.ts';
import { anchorPolicyOf, createAnchoring } from './anchoring.ts';
import { createCentralActivities } from './central-activities.ts';
import { readEnvironment } from './config.ts';
import {
  ensureAnchorSchedule,
  ensureEvidenceSchedules,
  ensureScanSchedules,
  ensureStorageSchedules,
  ensureWitnessSchedules,
  rememberExpectations,
} from './ensure-schedules.ts';
import { rememberKeys } from './remember-keys.ts';
import { readCentralSecrets } from './secrets.ts';
import { withHeartbeats } from '../temporal/with-heartbeats.ts';
import { checkpointKeys, storeSetting } from './storage.ts';

/**
 * The central worker: all workflows and central activities. Prints one line when it works; SIGTERM lets what runs end,
 * then exits 0. Anything it cannot start without ends it with an error, for the supervisor to start it again.
 */
const environment = readEnvironment(process.env);
const logger = pino({ level: environment.LOG_LEVEL }, pino.destination(2));
installTemporalRuntime(logger);

const secrets = await readCentralSecrets(environment.MALACHOR_SECRETS_DIR);
const evidenceSigner = createSigner(secrets.evidenceSigningPem);
const orderSigner = createSigner(secrets.orderSigningPem);
const payloadMaster = parseMasterKeyFile(secrets.payloadMaster);
const catalog = await readCatalog(
  environment.MALACHOR_CATALOG_DIR ?? path.join(import.meta.dirname, '..', 'catalog'),
);
for (const problem of catalog.problems) logger.error(problem, 'catalogue file left out');

const temporal = { address: environment.TEMPORAL_ADDRESS };
const namespace = environment.TEMPORAL_NAMESPACE;
const dataConverter = createDataConverter(centralKeyring(payloadMaster));
const identity = `worker-${process.pid}`;
const [persistence, client, connection] = await Promise.all([
  createPersistence(environment.DATABASE_URL, { checkpointSigner: evidenceSigner }),
  connectClient({ ...temporal, namespace, dataConverter, identity }),
  connectNative(temporal),
]);
const controlMap = controlMapOf(catalog);
await persistence.controlMaps.remember(controlsDigest(controlMap, sha256), controlMap);
await rememberKeys(persistence.signingKeys, { evidence: evidenceSigner, order: orderSigner }, new Date());

const objectStore = storeSetting(environment, environment.MALACHOR_SECRETS_DIR, (level) => {
  logger.info({ level }, 'the object store is open');
});
if (objectStore)
  logger.info({ store: objectStore.name, canHold: objectStore.canHold }, 'evidence is stored as objects');
else logger.warn('OBJECTS_STORE is none: evidence is in the ledger alone');
const storage = createStorageActivities({
  store: objectStore,
  records: persistence.objectRecords,
  ledger: persistence.ledger,
  checkpointKeys: () => checkpointKeys(persistence.signingKeys),
  cryptography: nodeCryptography,
  now: () => new Date(),
  log: logger,
});

const workflowsPath = path.join(import.meta.dirname, '../workflows/index.ts');
const worker = await Worker.create({
  connection,
  namespace,
  dataConverter,
  identity,
  taskQueue: centralTaskQueue,
  workflowsPath,
  // Loaded once and frozen rather than once an incident: nothing of ours keeps state in a module.
  bundlerOptions: { preloadModules: [workflowsPath] },
  activities: {
    ...(await createAnchoring(environment, persistence.anchors)),
    ...withHeartbeats(storage),
    ...createCentralActivities({
      catalog,
      persistence,
      client,
      orderSigner,
      evidenceSigner,
      tokenMaster: payloadMaster,
      webhookSecret: secrets.webhookSecret,
      allowPrivateWebhooks: environment.MALACHOR_WEBHOOK_ALLOW_PRIVATE,
      model: createMessagesClient(environment),
    }),
  },
  maxCachedWorkflows: environment.MALACHOR_WORKFLOW_CACHE,
  shutdownGraceTime: '10s',
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    worker.shutdown();
  });
}
const running = worker.run();
const sites = (await persistence.sites.listSites()).map(({ id }) => id);
await ensureEvidenceSchedules(client, sites);
const intervalMinutes = environment.MALACHOR_SCAN_INTERVAL_MINUTES;
if (intervalMinutes > 0) await ensureScanSchedules(client, sites, intervalMinutes);
await rememberExpectations(persistence.expectations, sites, {
  intervalMinutes,
  now: new Date().toISOString(),
});
if (environment.MALACHOR_WITNESS_INTERVAL_MINUTES > 0)
  await ensureWitnessSchedules(client, sites, environment.MALACHOR_WITNESS_INTERVAL_MINUTES);
if (environment.OTS_ENABLED && environment.OTS_INTERVAL_MINUTES > 0)
  await ensureAnchorSchedule(client, environment.OTS_INTERVAL_MINUTES, anchorPolicyOf(environment));
if (objectStore)
  await ensureStorageSchedules(client, {
    intervalMinutes: environment.OBJECTS_INTERVAL_MINUTES,
    reconcileHour: environment.OBJECTS_RECONCILE_HOUR,
  });
console.log(JSON.stringify({ ready: true, program: 'worker', queue: centralTaskQueue, pid: process.pid }));
await running;
await Promise.all([connection.close(), client.connection.close(), persistence.close()]);
