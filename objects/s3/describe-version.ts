import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { LockMode, StoredObject } from '../../domain/retention/stored-object.ts';
import type { FirstVersion } from './first-versions.ts';
import type { SendS3 } from './send.ts';

/** What the store tells of one version. HeadObject, because some stores leave the lock out of GetObject's answer. */
export async function describeVersion(
  send: SendS3,
  bucket: string,
  { key, versionId, covered }: FirstVersion,
): Promise<StoredObject> {
  const head = await send(
    new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId, ChecksumMode: 'ENABLED' }),
  );
  return {
    key,
    bytes: head.ContentLength ?? 0,
    sha256: checksumHex(head.ChecksumSHA256),
    retainUntil: retentionOf(head),
    mode: modeOf(head),
    legalHold: head.ObjectLockLegalHoldStatus === 'ON',
    covered,
  };
}

/** Lower-case hex of a checksum header; undefined for none, and for one made of the checksums of parts (`…-3`). */
export function checksumHex(checksum: string | undefined): string | undefined {
  if (checksum === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return undefined;
  return Buffer.from(checksum, 'base64').toString('hex');
}

/** Rounded down: a lock never counts for longer than it holds. */
function retentionOf({ ObjectLockRetainUntilDate: until }: HeadObjectCommandOutput): string | undefined {
  if (until === undefined) return undefined;
  return new Date(Math.floor(until.getTime() / 1_000) * 1_000).toISOString();
}

function modeOf(head: HeadObjectCommandOutput): LockMode {
  if (head.ObjectLockRetainUntilDate === undefined) return 'none';
  if (head.ObjectLockMode === 'COMPLIANCE') return 'compliance';
  return head.ObjectLockMode === 'GOVERNANCE' ? 'governance' : 'none';
}
