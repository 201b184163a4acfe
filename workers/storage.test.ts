import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storageSchema, storeSetting } from './storage.ts';

let secrets: string;
beforeEach(async () => {
  secrets = await mkdtemp(join(tmpdir(), 'malachor-secrets-'));
});
afterEach(() => rm(secrets, { recursive: true }));

const settingOf = (environment: Record<string, string>) =>
  storeSetting(storageSchema.parse(environment), secrets);

test('there is no store unless one is set', () => {
  expect(settingOf({})).toBeUndefined();
});

test('a store is told from every other by where it is, and by nothing secret', async () => {
  expect(settingOf({ OBJECTS_STORE: 'local', OBJECTS_DIRECTORY: '/srv/objects' })).toMatchObject({
    name: 'local:/srv/objects',
    canHold: true,
  });
  const bucket = { OBJECTS_STORE: 's3', OBJECTS_S3_BUCKET: 'evidence' };
  expect(settingOf(bucket)).toMatchObject({ name: 's3:aws/evidence', canHold: false });
  await writeFile(join(secrets, 'objects-custodian.json'), '{}', { mode: 0o600 });
  expect(settingOf({ ...bucket, OBJECTS_S3_ENDPOINT: 'https://s3.example:9000' })).toMatchObject({
    name: 's3:s3.example:9000/evidence',
    canHold: true,
  });
});

test.each([
  ['OBJECTS_DIRECTORY', { OBJECTS_STORE: 'local' }],
  ['OBJECTS_S3_BUCKET', { OBJECTS_STORE: 's3' }],
  ['OBJECTS_S3_BUCKET', { OBJECTS_STORE: 's3', OBJECTS_S3_BUCKET: 'No Bucket' }],
  ['OBJECTS_S3_ENDPOINT', { OBJECTS_STORE: 's3', OBJECTS_S3_BUCKET: 'evidence', OBJECTS_S3_ENDPOINT: 'x' }],
  [
    'OBJECTS_S3_ENDPOINT',
    {
      OBJECTS_STORE: 's3',
      OBJECTS_S3_BUCKET: 'evidence',
      OBJECTS_S3_ENDPOINT: 'https://key:secret@s3.example',
    },
  ],
])('%s is named where it is missing or wrong: %j', (variable, environment) => {
  expect(() => settingOf(environment)).toThrow(variable);
});

test('credentials that others can read are refused, and the store is tried anew once they are mended', async () => {
  const setting = settingOf({
    OBJECTS_STORE: 's3',
    OBJECTS_S3_BUCKET: 'evidence',
    OBJECTS_S3_ENDPOINT: 'http://127.0.0.1:1',
  });
  const file = join(secrets, 'objects-application.json');
  await writeFile(file, JSON.stringify({ accessKeyId: 'k', secretAccessKey: 'kept from all' }), {
    mode: 0o644,
  });
  const refused = setting?.open();
  await expect(refused).rejects.toMatchObject({ code: 'misconfigured' });
  await expect(refused).rejects.not.toMatchObject({
    message: expect.stringContaining('kept from all') as string,
  });
  setting?.forget();
  await rm(file);
  await writeFile(file, JSON.stringify({ accessKeyId: 'k', secretAccessKey: 'kept from all' }), {
    mode: 0o600,
  });
  await expect(setting?.open()).rejects.toMatchObject({ code: 'unavailable' });
});
