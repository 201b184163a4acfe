import { createStorageActivities } from '../../activities/storage/create-storage-activities.ts';
import type { StoreSetting } from '../../activities/storage/ports.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { createPersistence } from '../../persistence/create-persistence.ts';
import { checkpointKeys, storageSchema, storeSetting } from '../../workers/storage.ts';
import { StepCounter } from './kill-at.ts';

/**
 * Stores all that waits, brings plan and hold to it and compares it with the ledger, as the workflows do, and kills itself at the
 * step of its last argument. Prints how many steps there were where it comes to the end.
 */
const [databaseUrl = '', secretsDirectory = '', killAt = '0'] = process.argv.slice(2);
const setting = storeSetting(storageSchema.parse(process.env), secretsDirectory);
if (!setting) throw new Error('OBJECTS_STORE names no store');
const counter = new StepCounter(Number(killAt));
const store: StoreSetting = {
  ...setting,
  open: async () => {
    const { objects, custodian } = await setting.open();
    return {
      objects: counter.counting(objects),
      ...(custodian && { custodian: counter.counting(custodian) }),
    };
  },
};
const persistence = await createPersistence(databaseUrl, { connections: 4 });
const activities = createStorageActivities({
  store,
  records: counter.counting(persistence.objectRecords),
  ledger: counter.counting(persistence.ledger),
  checkpointKeys: () => checkpointKeys(persistence.signingKeys),
  cryptography: nodeCryptography,
  now: () => new Date(),
  log: {
    info: () => undefined,
    error: (facts, message) => {
      console.error(message, facts);
    },
  },
});
for (const { site, put, apply } of (await activities.listStorageWork()).work) {
  for (let hasMore = put; hasMore;) ({ hasMore } = await activities.storeNext({ site }));
  if (!apply) continue;
  let { walk } = await activities.applyNext({ site });
  while (walk) ({ walk } = await activities.applyNext({ site, walk }));
}
for (const site of (await activities.listLedgers()).sites) {
  let step = await activities.reconcileNext({ site });
  while ('walk' in step) step = await activities.reconcileNext({ site, walk: step.walk });
}
console.log(counter.steps);
await persistence.close();
store.forget();
