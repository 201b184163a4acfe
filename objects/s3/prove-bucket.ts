import { GetBucketVersioningCommand, GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { ObjectStoreError } from '../object-store-error.ts';
import { s3Error, s3ErrorName } from './s3-error.ts';
import type { SendS3 } from './send.ts';

const recreate =
  'Create a bucket with Object Lock enabled (`aws s3api create-bucket --object-lock-enabled-for-bucket`) and name it in the configuration.';

/**
 * Resolves where the bucket keeps what is locked: versioning and Object Lock are on. Without either, retention would be a
 * word in a header.
 *
 * @throws ObjectStoreError misconfigured, unavailable
 */
export async function proveBucket(send: SendS3, bucket: string): Promise<void> {
  const what = `looking at bucket ${bucket}`;
  try {
    const versioning = await send(new GetBucketVersioningCommand({ Bucket: bucket }));
    if (versioning.Status !== 'Enabled') {
      throw new ObjectStoreError('misconfigured', `bucket ${bucket} keeps no versions`, {
        nextStep: recreate,
      });
    }
    const { ObjectLockConfiguration: lock } = await send(
      new GetObjectLockConfigurationCommand({ Bucket: bucket }),
    );
    if (lock?.ObjectLockEnabled !== 'Enabled') throw withoutLock(bucket);
  } catch (error) {
    if (s3ErrorName(error) === 'ObjectLockConfigurationNotFoundError') throw withoutLock(bucket);
    throw s3Error(what, error);
  }
}

function withoutLock(bucket: string): ObjectStoreError {
  return new ObjectStoreError('misconfigured', `bucket ${bucket} has no Object Lock`, { nextStep: recreate });
}
