import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startTestS3, type TestS3 } from '../../test/objects/start-test-s3.ts';
import { codeOf, getText, inDays, listed, putText } from '../object-store-contract.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { sha256Of } from '../parse-request.ts';
import { openS3ObjectStore } from './s3-object-store.ts';
import type { S3Settings } from './s3-settings.ts';

const now = () => new Date();
const open = (settings: S3Settings, env: NodeJS.ProcessEnv = {}) => openS3ObjectStore({ settings, env, now });

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
}, 600_000);
afterAll(() => s3.remove());

async function failureOf(call: Promise<unknown>): Promise<ObjectStoreError> {
  const outcome = await call.then(
    () => 'success',
    (error: unknown) => error,
  );
  if (outcome instanceof ObjectStoreError) return outcome;
  throw new Error(`expected an ObjectStoreError, got ${String(outcome)}`);
}

describe('a store is opened only where locks hold', () => {
  test('a bucket without Object Lock is refused, saying how to make one with it', async () => {
    const client = new S3Client({
      endpoint: s3.endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: s3.secrets.administrator,
    });
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
    client.destroy();
    const error = await failureOf(open(s3.settings('administrator', { bucket: 'plain' })));
    expect(error).toMatchObject({ code: 'misconfigured', message: 'bucket plain keeps no versions' });
    expect(error.nextStep).toContain('--object-lock-enabled-for-bucket');
  });

  test('a bucket that is not there is told', async () => {
    const error = await failureOf(open(s3.settings('application', { bucket: 'nowhere' })));
    expect(error).toMatchObject({ code: 'misconfigured' });
    expect(error.message).toContain('NoSuchBucket');
  });

  test('a stranger, a wrong secret and an unknown account are refused', async () => {
    expect(await codeOf(open(s3.settings('stranger')))).toBe('misconfigured');
    const settings = s3.settings('application');
    delete settings.credentialsFile;
    const { accessKeyId } = s3.secrets.application;
    const wrong = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: 'wrong' };
    expect((await failureOf(open(settings, wrong))).message).toContain('SignatureDoesNotMatch');
    const unknown = { AWS_ACCESS_KEY_ID: 'NOBODY', AWS_SECRET_ACCESS_KEY: 'wrong' };
    expect((await failureOf(open(settings, unknown))).message).toContain('InvalidAccessKeyId');
  });

  test('credentials come from the environment as well, and from no file that others can read', async () => {
    const { credentialsFile = '', ...settings } = s3.settings('application');
    const { accessKeyId, secretAccessKey } = s3.secrets.application;
    (
      await open(settings, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey })
    ).close();
    expect(await codeOf(open(settings))).toBe('misconfigured');
    chmodSync(credentialsFile, 0o640);
    const error = await failureOf(open({ ...settings, credentialsFile }));
    chmodSync(credentialsFile, 0o600);
    expect(error.message).toBe(`others can read the credentials in ${credentialsFile}`);
    const malformed = `${credentialsFile}.malformed`;
    writeFileSync(malformed, `{"secretAccessKey":"${secretAccessKey}"`, { mode: 0o600 });
    const unreadable = await failureOf(open({ ...settings, credentialsFile: malformed }));
    expect(inspect(unreadable, { depth: 20 })).not.toContain(secretAccessKey);
  });

  test('no error says a secret, however deep one looks', async () => {
    const { secretAccessKey } = s3.secrets.stranger;
    for (const settings of [
      s3.settings('stranger'),
      s3.settings('stranger', { bucket: 'nowhere' }),
      s3.settings('stranger', { endpoint: 'http://127.0.0.1:9' }),
    ]) {
      const text = inspect(await failureOf(open(settings)), { depth: 20, showHidden: true });
      expect(text).not.toContain(secretAccessKey);
      expect(text).not.toContain('Signature=');
    }
  });
});

test('while the server is down every call says so, and what was not stored is stored when it is back', async () => {
  const store = await open(s3.settings('application', { timeoutMs: 3_000 }));
  await putText(store, 'down/before', 'before');
  await s3.stop();
  const error = await failureOf(putText(store, 'down/during', 'during'));
  expect(error).toMatchObject({ code: 'unavailable', isTransient: true });
  expect(error.message).toContain('ECONNREFUSED');
  expect(await codeOf(store.get('down/before'))).toBe('unavailable');
  expect(await codeOf(store.head('down/before'))).toBe('unavailable');
  expect(await codeOf(listed(store, 'down/'))).toBe('unavailable');
  expect(await codeOf(store.extendRetention('down/before', inDays(60)))).toBe('unavailable');
  expect(await codeOf(open(s3.settings('application')))).toBe('unavailable');
  await s3.start();
  expect(await putText(store, 'down/during', 'during')).toBe('stored');
  expect(await getText(store, 'down/before')).toBe('before');
  expect((await listed(store, 'down/')).map(({ mode }) => mode)).toEqual(['compliance', 'compliance']);
  store.close();
});

describe('a server that takes connections and says nothing', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    port = (silent.address() as { port: number }).port;
  });
  afterAll(() => {
    silent.close();
  });

  test('costs no more than the time limit', async () => {
    const startedAt = performance.now();
    const settings = s3.settings('application', { endpoint: `http://127.0.0.1:${port}`, timeoutMs: 500 });
    expect(await codeOf(open(settings))).toBe('unavailable');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

// Mounting takes root; the lab of this project does, too.
const withMounts = process.platform === 'linux' && process.getuid?.() === 0 ? describe : describe.skip;
withMounts('on a disk of four megabytes', () => {
  let disk: string;
  let small: TestS3;
  beforeAll(async () => {
    disk = mkdtempSync(join(tmpdir(), 'malachor-small-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', disk]);
    small = await startTestS3(disk);
  }, 60_000);
  afterAll(async () => {
    await small.remove();
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  test('a full store says so, keeps what it has, and shows nothing of what did not fit', async () => {
    const store = await open(small.settings('application'));
    const stored: string[] = [];
    let failure: ObjectStoreError | undefined;
    for (let number = 0; failure === undefined && number < 20; number++) {
      const bytes = randomBytes(500_000);
      const key = `full/${number}`;
      const put = store.put(key, bytes, { retainUntil: inDays(1), sha256: sha256Of(bytes) });
      await put.then(
        () => stored.push(key),
        (error: unknown) => {
          failure = error as ObjectStoreError;
        },
      );
    }
    expect(failure).toMatchObject({ code: 'full', isTransient: true });
    expect(stored.length).toBeGreaterThan(2);
    const found = await listed(store, 'full/');
    expect(found.map(({ key }) => key)).toEqual(stored.toSorted());
    for (const { key, sha256 } of found) expect(sha256Of(await store.get(key))).toBe(sha256);
    execFileSync('mount', ['-o', 'remount,size=16m', disk]);
    expect(await putText(store, `full/${stored.length}`, 'it fits now')).toBe('stored');
    store.close();
  });
});
