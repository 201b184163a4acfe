import { hash } from 'node:crypto';
import { wholeSecond } from '../domain/retention/plan-tier.ts';
import { ObjectStoreError } from './object-store-error.ts';
import { maxObjectBytes, type PutOptions } from './object-store.ts';

/** Parts of a key that no file system and no URL reads otherwise; none begins with a dot. */
const keyPattern = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/;
const maxKeyLength = 512;
const maxSegmentLength = 200;

/** The key, where it is one. @throws ObjectStoreError invalid_request */
export function parseKey(key: string): string {
  const isKey = key.length <= maxKeyLength && keyPattern.test(key);
  if (!isKey || key.split('/').some((segment) => segment.length > maxSegmentLength)) {
    throw invalid(`${JSON.stringify(key.slice(0, 100))} is not an object key`);
  }
  return key;
}

/** The prefix, where keys can begin with it. @throws ObjectStoreError invalid_request */
export function parsePrefix(prefix: string): string {
  if (prefix !== '') parseKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}

/** What a put asks for, checked: size, hash of the bytes, and a retention in whole seconds. @throws ObjectStoreError invalid_request */
export function parsePut(key: string, bytes: Uint8Array, options: PutOptions): PutOptions & { key: string } {
  parseKey(key);
  if (bytes.length > maxObjectBytes) {
    throw invalid(`${key} has ${bytes.length} bytes, more than the ${maxObjectBytes} a store takes`);
  }
  const sha256 = sha256Of(bytes);
  if (sha256 !== options.sha256) throw invalid(`${key} has SHA-256 ${sha256}, not ${options.sha256}`);
  return { key, sha256, retainUntil: parseTime(options.retainUntil) };
}

/** A time in whole seconds, rounded up. @throws ObjectStoreError invalid_request */
export function parseTime(time: string): string {
  const ms = Date.parse(time);
  // S3 takes no year over 9999, and neither does ISO 8601 in four digits.
  if (!Number.isFinite(ms) || ms > Date.parse('9999-12-31T23:59:59Z')) {
    throw invalid(`${JSON.stringify(time.slice(0, 100))} is not a time`);
  }
  return wholeSecond(ms);
}

/** SHA-256 in lower-case hex. */
export function sha256Of(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

function invalid(message: string): ObjectStoreError {
  return new ObjectStoreError('invalid_request', message);
}
