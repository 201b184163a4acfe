import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { type Identity, startTestS3, type TestS3 } from '../../test/objects/start-test-s3.ts';
import { getText, inDays, listed, putText } from '../object-store-contract.ts';
import type { ObjectStore } from '../object-store.ts';
import { openS3ObjectStore } from './s3-object-store.ts';

const now = () => new Date();
const attackers = ['administrator', 'application', 'stranger'] as const satisfies Identity[];
type Attacker = (typeof attackers)[number];

let s3: TestS3;
let store: ObjectStore;
let custodian: ObjectStore;
let clients: Record<Attacker, S3Client>;

beforeAll(async () => {
  s3 = await startTestS3();
  store = await openS3ObjectStore({ settings: s3.settings('application'), env: {}, now });
  custodian = await openS3ObjectStore({ settings: s3.settings('custodian'), env: {}, now });
  const clientOf = (identity: Attacker) =>
    new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: s3.secrets[identity],
    });
  clients = {
    administrator: clientOf('administrator'),
    application: clientOf('application'),
    stranger: clientOf('stranger'),
  };
}, 600_000);
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  store.close();
  custodian.close();
  await s3.remove();
});

interface Target {
  Bucket: string;
  Key: string;
  VersionId: string;
}

/** How an attack ends. `covered`: S3 lays something over the object, which itself stays. `hold_lifted`: the lock stays. */
type End = 'refused' | 'covered' | 'hold_lifted';

interface Attack {
  name: string;
  run: (client: S3Client, target: Target) => Promise<unknown>;
  /** Ends other than `refused`. */
  ends?: Partial<Record<Attacker, End>>;
}

const retention = (Mode: 'COMPLIANCE' | 'GOVERNANCE', days: number) => ({
  Mode,
  RetainUntilDate: new Date(inDays(days)),
});

/** Deletes by the call for many objects, which answers 200 and tells refusals one by one. */
async function deleteMany(client: S3Client, { Bucket, ...object }: Target): Promise<void> {
  const { Errors, Deleted } = await client.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [object] }, BypassGovernanceRetention: true }),
  );
  if (Errors?.length !== 1 || Deleted?.length) throw new Error('a locked version was deleted');
  throw new S3ServiceException({ name: Errors[0]?.Code ?? '', $fault: 'client', $metadata: {} });
}

const attacks: Attack[] = [
  {
    name: 'delete it',
    run: (client, { Bucket, Key }) => client.send(new DeleteObjectCommand({ Bucket, Key })),
    ends: { administrator: 'covered' },
  },
  { name: 'delete the version', run: (client, target) => client.send(new DeleteObjectCommand(target)) },
  {
    name: 'delete the version, bypassing governance',
    run: (client, target) =>
      client.send(new DeleteObjectCommand({ ...target, BypassGovernanceRetention: true })),
  },
  { name: 'delete the version among many', run: deleteMany },
  {
    name: 'overwrite it',
    run: (client, { Bucket, Key }) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'forged' })),
    ends: { administrator: 'covered', application: 'covered' },
  },
  {
    name: 'overwrite it under a shorter lock',
    run: (client, { Bucket, Key }) =>
      client.send(
        new PutObjectCommand({
          Bucket,
          Key,
          Body: 'forged',
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: new Date(inDays(1)),
          ChecksumAlgorithm: 'SHA256',
        }),
      ),
    ends: { administrator: 'covered', application: 'covered' },
  },
  {
    name: 'copy another object over it',
    run: (client, { Bucket, Key }) =>
      client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/other` })),
    ends: { administrator: 'covered', application: 'covered' },
  },
  {
    name: 'shorten its retention',
    run: (client, target) =>
      client.send(new PutObjectRetentionCommand({ ...target, Retention: retention('COMPLIANCE', 1) })),
  },
  {
    name: 'shorten its retention, bypassing governance',
    run: (client, target) =>
      client.send(
        new PutObjectRetentionCommand({
          ...target,
          Retention: retention('COMPLIANCE', 1),
          BypassGovernanceRetention: true,
        }),
      ),
  },
  {
    name: 'take its retention off',
    run: (client, target) => client.send(new PutObjectRetentionCommand({ ...target, Retention: {} })),
  },
  {
    name: 'switch it to governance',
    run: (client, target) =>
      client.send(new PutObjectRetentionCommand({ ...target, Retention: retention('GOVERNANCE', 60) })),
  },
  {
    name: 'switch it to governance, bypassing governance',
    run: (client, target) =>
      client.send(
        new PutObjectRetentionCommand({
          ...target,
          Retention: retention('GOVERNANCE', 60),
          BypassGovernanceRetention: true,
        }),
      ),
  },
  {
    name: 'turn its legal hold off',
    run: (client, target) =>
      client.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: 'OFF' } })),
    ends: { administrator: 'hold_lifted' },
  },
  {
    name: 'stop the versions of the bucket',
    run: (client, { Bucket }) =>
      client.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      ),
  },
  {
    name: 'take the lock off the bucket',
    run: (client, { Bucket }) =>
      client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: {} })),
  },
  {
    name: 'delete the bucket',
    run: (client, { Bucket }) => client.send(new DeleteBucketCommand({ Bucket })),
  },
];

describe.each(attackers)('the %s cannot change a locked object', (attacker) => {
  test.each(attacks)('who tries to $name', async ({ name, run, ends }) => {
    const key = `attacked/${attacker}/${name.replaceAll(/[^a-z]+/g, '-')}`;
    const until = inDays(30);
    await putText(store, 'other', 'forged');
    await putText(store, key, 'the evidence', until);
    await custodian.setLegalHold(key, true);
    const before = await store.head(key);
    expect(before).toMatchObject({ retainUntil: until, mode: 'compliance', legalHold: true, covered: false });
    const target = { Bucket: s3.bucket, Key: key, VersionId: await versionOf(key) };

    const end = ends?.[attacker] ?? 'refused';
    const outcome = await run(clients[attacker], target).then(
      () => 'taken',
      (error: unknown) => error,
    );
    if (end === 'refused') expect(outcome).toBeInstanceOf(S3ServiceException);
    else expect(outcome).toBe('taken');

    const expected = {
      ...before,
      covered: end === 'covered',
      legalHold: end !== 'hold_lifted',
    };
    expect(await store.head(key)).toEqual(expected);
    expect(await getText(store, key)).toBe('the evidence');
    expect(await listed(store, key)).toEqual([expected]);
    // Whatever was done, the version itself is as undeletable as before.
    const again = clients[attacker].send(
      new DeleteObjectCommand({ ...target, BypassGovernanceRetention: true }),
    );
    await expect(again).rejects.toBeInstanceOf(S3ServiceException);
    expect(await getText(store, key)).toBe('the evidence');
  });
});

test('a locked version goes by no expired one that is deleted with it in one call', async () => {
  await putText(store, 'mixed/locked', 'locked', inDays(30));
  await putText(store, 'mixed/expired', 'expired', new Date(Date.now() + 1_000).toISOString());
  const objects = await Promise.all(
    ['mixed/expired', 'mixed/locked'].map(async (Key) => ({ Key, VersionId: await versionOf(Key) })),
  );
  const deadline = Date.now() + 15_000;
  for (;;) {
    const { Deleted } = await clients.administrator.send(
      new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects: objects } }),
    );
    expect(Deleted?.some(({ Key }) => Key === 'mixed/locked') ?? false).toBe(false);
    if (Deleted?.some(({ Key }) => Key === 'mixed/expired')) break;
    expect(Date.now()).toBeLessThan(deadline);
  }
  expect(await getText(store, 'mixed/locked')).toBe('locked');
});

/** The only version of a key. */
async function versionOf(key: string): Promise<string> {
  const { Versions = [] } = await clients.administrator.send(
    new ListObjectVersionsCommand({ Bucket: s3.bucket, Prefix: key }),
  );
  const ids = Versions.filter(({ Key }) => Key === key).map(({ VersionId }) => VersionId);
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}
