import { startTestS3, type TestS3 } from '../../test/objects/start-test-s3.ts';
import { describeObjectStore } from '../object-store-contract.ts';
import type { ObjectStore } from '../object-store.ts';
import { openS3ObjectStore } from './s3-object-store.ts';

const now = () => new Date();
let s3: TestS3;
let store: ObjectStore;
let custodian: ObjectStore;
beforeAll(async () => {
  s3 = await startTestS3();
  store = await openS3ObjectStore({ settings: s3.settings('application'), env: {}, now });
  custodian = await openS3ObjectStore({ settings: s3.settings('custodian'), env: {}, now });
}, 600_000);
afterAll(async () => {
  store.close();
  custodian.close();
  await s3.remove();
});

describeObjectStore('S3 under Object Lock', () => ({ store, custodian }));

test('calls itself compliance', () => {
  expect(store.level).toBe('compliance');
});
