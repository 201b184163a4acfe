import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { rmSync } from 'node:fs';
import { copyFile, mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectFile, placeOf } from '../../objects/local/layout.ts';
import { credentialFiles, storageSchema, storeSetting, type Storage } from '../../workers/storage.ts';
import type { StoreSetting } from '../../activities/storage/ports.ts';
import { startTestS3 } from '../objects/start-test-s3.ts';

/** A real object store, and what somebody who is not Malachor does to it. */
export interface TestStore {
  /** As the worker's environment sets it. */
  environment: Record<string, string>;
  secretsDirectory: string;
  /** A setting of its own, not opened. */
  setting(): StoreSetting;
  /** What a broken store says from now on. */
  breakDown(): Promise<void>;
  mend(): Promise<void>;
  /** Code of the failure that `breakDown` leads to. */
  brokenCode: string;
  /** Makes an object no longer be there as it was: deleted where that can be done, covered where a lock forbids it. */
  takeAway(key: string): Promise<void>;
  /** Puts something else in an object's place, as far as that can be done. */
  replace(key: string, text: string): Promise<void>;
  /** Puts something that nobody knows. */
  plant(key: string, text: string): Promise<void>;
  /** What a reconciliation calls what `takeAway` and `replace` lead to. */
  named: { takenAway: string; replaced: string };
  remove(): Promise<void>;
}

function settingsOf(environment: Record<string, string>): Storage {
  return storageSchema.parse(environment);
}

/** The store of one machine, as the demo has it. */
export async function localTestStore(): Promise<TestStore> {
  const scratch = await mkdtemp(join(tmpdir(), 'malachor-storage-'));
  const directory = join(scratch, 'objects');
  const environment = { OBJECTS_STORE: 'local', OBJECTS_DIRECTORY: directory, OBJECTS_IMMUTABLE: '0' };
  const fileOf = (key: string) => objectFile(placeOf(directory, key));
  return {
    environment,
    secretsDirectory: scratch,
    setting: () => {
      const setting = storeSetting(settingsOf(environment), scratch);
      if (!setting) throw new Error('unreachable: a local store is set');
      return setting;
    },
    breakDown: async () => {
      await rename(directory, `${directory}.away`);
      await writeFile(directory, 'no directory');
    },
    mend: async () => {
      await unlink(directory);
      await rename(`${directory}.away`, directory);
    },
    brokenCode: 'misconfigured',
    takeAway: async (key) => {
      await unlink(fileOf(key));
    },
    replace: async (key, text) => {
      await rm(fileOf(key));
      await writeFile(fileOf(key), text);
    },
    plant: async (key, text) => {
      await writeFile(fileOf(key), text);
    },
    named: { takenAway: 'missing', replaced: 'other_content' },
    remove: async () => {
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** versitygw with a bucket under Object Lock; what is done to it is done by its administrator. */
export async function s3TestStore(): Promise<TestStore> {
  const s3 = await startTestS3();
  const scratch = await mkdtemp(join(tmpdir(), 'malachor-storage-'));
  const environment = {
    OBJECTS_STORE: 's3',
    OBJECTS_S3_ENDPOINT: s3.endpoint,
    OBJECTS_S3_BUCKET: s3.bucket,
    OBJECTS_S3_PATH_STYLE: '1',
    OBJECTS_TIMEOUT: '5',
  };
  for (const role of ['application', 'custodian'] as const) {
    const file = s3.settings(role).credentialsFile ?? '';
    // The mode goes with the copy.
    await copyFile(file, join(scratch, credentialFiles[role]));
  }
  const administrator = new S3Client({
    endpoint: s3.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: s3.secrets.administrator,
  });
  const put = async (key: string, text: string) => {
    await administrator.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: text }));
  };
  return {
    environment,
    secretsDirectory: scratch,
    setting: () => {
      const setting = storeSetting(settingsOf(environment), scratch);
      if (!setting) throw new Error('unreachable: a bucket is set');
      return setting;
    },
    breakDown: () => s3.stop(),
    mend: () => s3.start(),
    brokenCode: 'unavailable',
    takeAway: async (key) => {
      await administrator.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: key }));
    },
    replace: put,
    plant: put,
    named: { takenAway: 'covered', replaced: 'covered' },
    remove: async () => {
      administrator.destroy();
      await s3.remove();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

export const testStores: [name: string, start: () => Promise<TestStore>][] = [
  ['the local store', localTestStore],
  ['S3 under Object Lock', s3TestStore],
];
