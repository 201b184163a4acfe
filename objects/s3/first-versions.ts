import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { SendS3 } from './send.ts';

/** The version of a key that was stored first: the one that the lock keeps whatever is put over it. */
export interface FirstVersion {
  key: string;
  versionId: string;
  /** Whether a newer version or a delete marker lies over it. */
  covered: boolean;
}

const pageSize = 1_000;

/**
 * The first version of every key that begins with `prefix` and comes after `after`, ascending by key. Keys of which there are only
 * delete markers are left out. A store lists the versions of a key newest first, and those of one key may go on in the next
 * page (S3 API, ListObjectVersions).
 */
export async function* firstVersions(
  send: SendS3,
  bucket: string,
  prefix: string,
  after = '',
): AsyncGenerator<FirstVersion, void, undefined> {
  let current: FirstVersion | undefined;
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = after === '' ? {} : { KeyMarker: after };
  for (;;) {
    const page = await send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, MaxKeys: pageSize, ...marker }),
    );
    for (const { Key: key, VersionId: versionId, IsLatest: isLatest } of page.Versions ?? []) {
      if (key === undefined || versionId === undefined || key <= after) continue;
      if (current !== undefined && current.key !== key) yield current;
      current = { key, versionId, covered: isLatest !== true };
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) break;
    marker = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
  if (current !== undefined) yield current;
}
