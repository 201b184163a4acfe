import { GetObjectLegalHoldCommand, GetObjectRetentionCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { LockMode, StoredObject } from '../../domain/retention/stored-object.ts';
import type { FirstVersion } from './first-versions.ts';
import { s3ErrorName } from './s3-error.ts';
import type { SendS3 } from './send.ts';

/**
 * What the store tells of one version. By HeadObject, because some stores leave the lock out of GetObject's answer; where it is
 * not in HeadObject's either (versitygw, of versions that are not the newest), by asking for it alone.
 */
export async function describeVersion(
  send: SendS3,
  bucket: string,
  { key, versionId, covered }: FirstVersion,
): Promise<StoredObject> {
  const version = { Bucket: bucket, Key: key, VersionId: versionId };
  const head = await send(new HeadObjectCommand({ ...version, ChecksumMode: 'ENABLED' }));
  const { Retention } =
    head.ObjectLockMode === undefined
      ? await send(new GetObjectRetentionCommand(version)).catch(unlessUnset)
      : { Retention: { Mode: head.ObjectLockMode, RetainUntilDate: head.ObjectLockRetainUntilDate } };
  const { LegalHold } =
    covered && head.ObjectLockLegalHoldStatus === undefined
      ? await send(new GetObjectLegalHoldCommand(version)).catch(unlessUnset)
      : { LegalHold: { Status: head.ObjectLockLegalHoldStatus } };
  const retainUntil = Retention?.RetainUntilDate;
  return {
    key,
    bytes: head.ContentLength ?? 0,
    sha256: checksumHex(head.ChecksumSHA256),
    retainUntil: retainUntil === undefined ? undefined : roundedDown(retainUntil),
    mode: retainUntil === undefined ? 'none' : modeOf(Retention?.Mode),
    legalHold: LegalHold?.Status === 'ON',
    covered,
  };
}

/** A version that was never locked or held has no such record, which is an error to the store. */
function unlessUnset(error: unknown): { Retention?: undefined; LegalHold?: undefined } {
  if (s3ErrorName(error) === 'NoSuchObjectLockConfiguration') return {};
  throw error;
}

/** Lower-case hex of a checksum header; undefined for none, and for one made of the checksums of parts (`…-3`). */
export function checksumHex(checksum: string | undefined): string | undefined {
  if (checksum === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(checksum)) return undefined;
  return Buffer.from(checksum, 'base64').toString('hex');
}

/** In whole seconds; down, since a lock never counts for longer than it holds. */
function roundedDown(time: Date): string {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000).toISOString();
}

function modeOf(mode: string | undefined): LockMode {
  if (mode === 'COMPLIANCE') return 'compliance';
  return mode === 'GOVERNANCE' ? 'governance' : 'none';
}
