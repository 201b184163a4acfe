import { createStorageActivities } from '../../activities/storage/create-storage-activities.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import { withHeartbeats } from '../../temporal/with-heartbeats.ts';
import { checkpointKeys, storageSchema, storeSetting } from '../../workers/storage.ts';
import { quietLog, startStorageWorker } from './start-storage.ts';

/** A worker of the storage workflows on the queue of its argument, until it is killed. Prints a line when it works. */
const [databaseUrl = '', secretsDirectory = '', taskQueue = ''] = process.argv.slice(2);
const persistence = await createPersistence(databaseUrl, { connections: 4 });
const activities = createStorageActivities({
  store: storeSetting(storageSchema.parse(process.env), secretsDirectory),
  records: persistence.objectRecords,
  ledger: persistence.ledger,
  checkpointKeys: () => checkpointKeys(persistence.signingKeys),
  cryptography: nodeCryptography,
  now: () => new Date(),
  log: quietLog(),
});
await startStorageWorker(withHeartbeats(activities), taskQueue);
console.log('ready');
