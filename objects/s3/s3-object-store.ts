import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { isAtLeast, type StoredObject } from '../../domain/retention/stored-object.ts';
import { ObjectStoreError } from '../object-store-error.ts';
import { maxObjectBytes, type ObjectStore, type PutOptions } from '../object-store.ts';
import { parseKey, parsePrefix, parsePut, parseTime, sha256Of } from '../parse-request.ts';
import { refuseRemoval } from '../refuse-removal.ts';
import { within } from '../within.ts';
import { checksumHex, describeVersion } from './describe-version.ts';
import { type FirstVersion, firstVersions } from './first-versions.ts';
import { proveBucket } from './prove-bucket.ts';
import { readBody } from './read-body.ts';
import { s3Error, s3ErrorName } from './s3-error.ts';
import type { S3Settings } from './s3-settings.ts';
import { connectS3, type S3Connection, type SendS3 } from './send.ts';

export interface S3StoreOptions {
  settings: S3Settings;
  /** Where the credentials are where no file is named. */
  env: NodeJS.ProcessEnv;
  now: () => Date;
}

const headsAtATime = 16;

/**
 * Opens a bucket whose Object Lock is on, in any S3, after proving that it is. Everything is stored in compliance mode. What is
 * read is always the version that was stored first, so nothing that is put over a locked object is taken for it.
 *
 * @throws ObjectStoreError misconfigured, unavailable
 */
export async function openS3ObjectStore({ settings, env, now }: S3StoreOptions): Promise<ObjectStore> {
  const connection = connectS3(settings, env);
  try {
    await proveBucket(connection.send, settings.bucket);
  } catch (error) {
    connection.close();
    throw error;
  }
  return new S3ObjectStore(connection, settings, now);
}

class S3ObjectStore implements ObjectStore {
  readonly level = 'compliance';
  readonly #connection: S3Connection;
  readonly #settings: S3Settings;
  readonly #now: () => Date;

  constructor(connection: S3Connection, settings: S3Settings, now: () => Date) {
    this.#connection = connection;
    this.#settings = settings;
    this.#now = now;
  }

  get #send(): SendS3 {
    return this.#connection.send;
  }

  get #bucket(): string {
    return this.#settings.bucket;
  }

  put(key: string, bytes: Uint8Array, options: PutOptions): Promise<'stored' | 'present'> {
    return this.#do(`storing ${key}`, async () => {
      const request = parsePut(key, bytes, options);
      const versionId = await this.#putNew(key, bytes, request);
      const version = versionId === undefined ? await this.#first(key) : { key, versionId, covered: false };
      const found = await describeVersion(this.#send, this.#bucket, version);
      if (found.sha256 !== request.sha256) {
        throw new ObjectStoreError('conflict', `${key} holds other content already`);
      }
      await this.#ensureLocked(version, found, request.retainUntil);
      return versionId === undefined ? 'present' : 'stored';
    });
  }

  get(key: string): Promise<Uint8Array> {
    return this.#do(`reading ${key}`, async () => {
      const { versionId } = await this.#first(parseKey(key));
      const address = { Bucket: this.#bucket, Key: key, VersionId: versionId };
      const answer = await this.#send(new GetObjectCommand({ ...address, ChecksumMode: 'ENABLED' }));
      const reading = readBody(answer.Body, key, maxObjectBytes);
      const bytes = await within(`reading ${key}`, this.#settings.timeoutMs, reading);
      if (sha256Of(bytes) !== checksumHex(answer.ChecksumSHA256)) {
        throw new ObjectStoreError('damaged', `${key} is not what was stored`);
      }
      return bytes;
    });
  }

  head(key: string): Promise<StoredObject> {
    return this.#do(`reading ${key}`, async () => {
      const version = await this.#first(parseKey(key));
      return describeVersion(this.#send, this.#bucket, version);
    });
  }

  async *list(prefix: string, { after = '' }: { after?: string } = {}): AsyncGenerator<StoredObject> {
    const versions = firstVersions(this.#send, this.#bucket, parsePrefix(prefix), after);
    for (;;) {
      const batch: FirstVersion[] = [];
      while (batch.length < headsAtATime) {
        const next = await this.#do(`listing ${prefix}`, () => versions.next());
        if (next.done) break;
        batch.push(next.value);
      }
      if (batch.length === 0) return;
      const described = batch.map((version) =>
        this.#do(`reading ${version.key}`, () => describeVersion(this.#send, this.#bucket, version)).catch(
          unlessGone,
        ),
      );
      for (const found of await Promise.all(described)) if (found) yield found;
    }
  }

  extendRetention(key: string, until: string): Promise<void> {
    return this.#do(`prolonging ${key}`, async () => {
      const version = await this.#first(parseKey(key));
      const found = await describeVersion(this.#send, this.#bucket, version);
      await this.#ensureLocked(version, found, parseTime(until));
    });
  }

  setLegalHold(key: string, on: boolean): Promise<void> {
    return this.#do(`holding ${key}`, async () => {
      const { versionId } = await this.#first(parseKey(key));
      await this.#send(
        new PutObjectLegalHoldCommand({
          Bucket: this.#bucket,
          Key: key,
          VersionId: versionId,
          LegalHold: { Status: on ? 'ON' : 'OFF' },
        }),
      );
    });
  }

  removeExpired(key: string): Promise<void> {
    return this.#do(`removing ${key}`, async () => {
      const version = await this.#first(parseKey(key)).catch(unlessGone);
      if (version === undefined) return;
      // Asked here as well: some stores forget a hold once the retention is over.
      refuseRemoval(await describeVersion(this.#send, this.#bucket, version), this.#now());
      await this.#send(
        new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: version.versionId }),
      );
    });
  }

  close(): void {
    this.#connection.close();
  }

  /** The version it made, or undefined where the key is taken. */
  async #putNew(
    key: string,
    bytes: Uint8Array,
    { sha256, retainUntil }: PutOptions,
  ): Promise<string | undefined> {
    try {
      const { VersionId } = await this.#send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: bytes,
          ContentLength: bytes.length,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
          IfNoneMatch: '*',
          ObjectLockMode: 'COMPLIANCE',
          ObjectLockRetainUntilDate: new Date(retainUntil),
        }),
      );
      if (VersionId !== undefined) return VersionId;
      throw new ObjectStoreError('misconfigured', `bucket ${this.#bucket} no longer keeps versions`);
    } catch (error) {
      if (s3ErrorName(error) === 'PreconditionFailed') return undefined;
      throw error;
    }
  }

  /** @throws ObjectStoreError not_found */
  async #first(key: string): Promise<FirstVersion> {
    for await (const version of firstVersions(this.#send, this.#bucket, key)) {
      if (version.key === key) return version;
      // Keys ascend, and a key comes before all it is a prefix of.
      break;
    }
    throw new ObjectStoreError('not_found', `${key} is not in bucket ${this.#bucket}`);
  }

  /** In compliance mode and at least until then; a store that took the request but not the lock is told from one that did. */
  async #ensureLocked(version: FirstVersion, found: StoredObject, retainUntil: string): Promise<void> {
    const isLong =
      found.retainUntil !== undefined && Date.parse(found.retainUntil) >= Date.parse(retainUntil);
    if (isLong && isAtLeast(found.mode, 'compliance')) return;
    await this.#send(
      new PutObjectRetentionCommand({
        Bucket: this.#bucket,
        Key: version.key,
        VersionId: version.versionId,
        Retention: {
          Mode: 'COMPLIANCE',
          RetainUntilDate: new Date(isLong ? (found.retainUntil ?? retainUntil) : retainUntil),
        },
      }),
    );
    const now = await describeVersion(this.#send, this.#bucket, version);
    if (now.mode === 'compliance' && Date.parse(now.retainUntil ?? '') >= Date.parse(retainUntil)) return;
    throw new ObjectStoreError('misconfigured', `bucket ${this.#bucket} does not lock ${version.key}`, {
      nextStep: 'Use a store that keeps Object Lock in compliance mode, and let this account read retention.',
    });
  }

  async #do<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Error(what, error);
    }
  }
}

function unlessGone(error: unknown): undefined {
  if (error instanceof ObjectStoreError && error.code === 'not_found') return undefined;
  throw error;
}
