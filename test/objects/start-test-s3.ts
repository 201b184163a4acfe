import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLockedBucket } from '../../objects/s3/create-locked-bucket.ts';
import { s3SettingsSchema, type S3Settings } from '../../objects/s3/s3-settings.ts';
import { cacheDirectory } from '../../stack/cache.ts';
import { findVersitygw } from '../../stack/objects/find-versitygw.ts';
import { startVersitygw, type S3Account } from '../../stack/objects/start-versitygw.ts';
import { freePort } from '../../stack/ports.ts';
import { recordProcess } from '../../stack/supervisor/process-records.ts';
import type { RunningProcess } from '../../stack/supervisor/running-process.ts';

/** Whom the test server knows. The stranger has an account and no right. */
export const identities = ['administrator', 'application', 'custodian', 'stranger'] as const;
export type Identity = (typeof identities)[number];

export interface TestS3 {
  endpoint: string;
  bucket: string;
  secrets: Record<Identity, S3Account>;
  /** What a store of this identity is opened with, for the test's bucket or another. */
  settings(identity: Identity, over?: Partial<S3Settings>): S3Settings;
  stop(): Promise<void>;
  /** Starts it again after `stop`, with the data it had. */
  start(): Promise<void>;
  /** Stops it and removes all it had. */
  remove(): Promise<void>;
}

/** A real S3 server with a bucket under Object Lock, its data in `dataDirectory` or a new one. */
export async function startTestS3(dataDirectory?: string): Promise<TestS3> {
  const scratch = mkdtempSync(join(tmpdir(), 'malachor-s3-'));
  const user = { env: process.env, uid: process.getuid?.() ?? -1, home: homedir() };
  const program = await findVersitygw(cacheDirectory(user), (line) => process.stderr.write(`${line}\n`));
  const port = await freePort();
  const secrets = Object.fromEntries(identities.map((name) => [name, newAccount(name)])) as TestS3['secrets'];
  const { administrator, ...others } = secrets;
  const bucket = 'evidence';
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = (identity: Identity) => join(scratch, `${identity}.json`);
  for (const name of identities) {
    writeFileSync(credentials(name), JSON.stringify(secrets[name]), { mode: 0o600 });
  }
  const settings = (identity: Identity, over: Partial<S3Settings> = {}) =>
    s3SettingsSchema.parse({
      endpoint,
      bucket,
      pathStyle: true,
      credentialsFile: credentials(identity),
      timeoutMs: 10_000,
      ...over,
    });
  let server: RunningProcess | undefined;
  const start = async () => {
    server = await startVersitygw({
      program,
      dataDirectory: dataDirectory ?? join(scratch, 'data'),
      logFile: join(scratch, 's3.log'),
      port,
      administrator,
      accounts: Object.values(others),
      onSpawn: (pid) => {
        // The reaper of the set-up ends it where this process is killed.
        const data = process.env['MALACHOR_TEST_DATA'];
        if (data !== undefined) recordProcess(join(data, '..', 'run'), `s3-${port}`, pid);
      },
    });
  };
  const stop = async () => {
    await server?.stop();
  };
  const remove = async () => {
    await stop();
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    await start();
    await createLockedBucket(
      settings('administrator'),
      {},
      {
        application: secrets.application.accessKeyId,
        custodian: secrets.custodian.accessKeyId,
      },
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return { endpoint, bucket, secrets, settings, stop, start, remove };
}

function newAccount(identity: Identity): S3Account {
  return {
    accessKeyId: `TEST${identity.toUpperCase()}`,
    secretAccessKey: randomBytes(24).toString('base64url'),
  };
}
