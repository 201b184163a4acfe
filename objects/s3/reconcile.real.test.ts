import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { objectOfCheckpoint, objectOfEntry } from '../../domain/retention/evidence-object.ts';
import { sitePrefix } from '../../domain/retention/object-keys.ts';
import { type ExpectedObject, reconcile, type StoreDifference } from '../../domain/retention/reconcile.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { sampleSite } from '../../evidence/testing/sample-evidence.ts';
import { startTestS3, type TestS3 } from '../../test/objects/start-test-s3.ts';
import { inDays, putText } from '../object-store-contract.ts';
import type { ObjectStore } from '../object-store.ts';
import { openS3ObjectStore } from './s3-object-store.ts';

const site = 'oak-street';
const now = () => new Date();
let s3: TestS3;
let store: ObjectStore;
let administrator: S3Client;
beforeAll(async () => {
  s3 = await startTestS3();
  store = await openS3ObjectStore({ settings: s3.settings('application'), env: {}, now });
  administrator = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: s3.secrets.administrator,
  });
}, 600_000);
afterAll(async () => {
  administrator.destroy();
  store.close();
  await s3.remove();
});

const retainUntil = inDays(90);
const { entries, checkpoint } = sampleSite(site, 6);
/** As the ledger gives them, in the order of their keys: `checkpoints/` before `entries/`. */
const objects = [
  objectOfCheckpoint(site, entries.length, checkpoint, sha256),
  ...entries.map((entry) => objectOfEntry(site, entry, sha256)),
];
const expected = objects.map((object): ExpectedObject => ({
  key: object.key,
  sha256: object.sha256,
  retainUntil,
  legalHold: false,
}));
const keyOf = (index: number) => objects[index]?.key ?? '';

async function differences(): Promise<StoreDifference[]> {
  const found: StoreDifference[] = [];
  const options = { requiredMode: store.level, now: now().toISOString() };
  for await (const one of reconcile(expected, store.list(sitePrefix(site)), options)) found.push(one);
  return found;
}

test('a night finds what is missing, foreign, covered, too short and unlocked, and only what is missing is put again', async () => {
  const [missing, foreign, tooShort, unlocked, deleted, overwritten] = [1, 2, 3, 4, 5, 6].map(keyOf) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  for (const object of objects) {
    const { key, bytes } = object;
    const put = { Bucket: s3.bucket, Key: key, Body: bytes, ChecksumAlgorithm: 'SHA256' as const };
    if (key === missing) continue;
    if (key === foreign) await putText(store, key, 'forged before we came', retainUntil);
    else if (key === unlocked) await administrator.send(new PutObjectCommand(put));
    else
      await store.put(key, bytes, {
        sha256: object.sha256,
        retainUntil: key === tooShort ? inDays(1) : retainUntil,
      });
  }
  await administrator.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: deleted }));
  await administrator.send(new PutObjectCommand({ Bucket: s3.bucket, Key: overwritten, Body: 'forged' }));
  const stray = `${sitePrefix(site)}notes.txt`;
  await administrator.send(new PutObjectCommand({ Bucket: s3.bucket, Key: stray, Body: 'x' }));

  const first = await differences();
  expect(first.map(({ kind, key }) => [kind, key])).toEqual([
    ['missing', missing],
    ['other_content', foreign],
    ['retention_too_short', tooShort],
    ['lock_absent', unlocked],
    ['retention_too_short', unlocked],
    ['covered', deleted],
    ['covered', overwritten],
    ['unexpected', stray],
  ]);

  for (const difference of first) {
    if (difference.kind !== 'missing') continue;
    const object = objects.find(({ key }) => key === difference.key);
    if (!object) throw new Error('the ledger lacks what it expects');
    expect(await store.put(object.key, object.bytes, difference.repair)).toBe('stored');
  }
  expect((await differences()).map(({ kind }) => kind)).toEqual(first.slice(1).map(({ kind }) => kind));
});
