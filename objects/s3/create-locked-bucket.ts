import { CreateBucketCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { applicationPolicy, type BucketPrincipals } from './bucket-policy.ts';
import { s3Error, s3ErrorName } from './s3-error.ts';
import type { S3Settings } from './s3-settings.ts';
import { connectS3 } from './send.ts';

/**
 * Creates the bucket with Object Lock, which turns versioning on, and gives each account its rights in it. Idempotent for the
 * owner of the bucket. `settings` hold the owner's credentials, which nothing else needs afterwards.
 *
 * @throws ObjectStoreError misconfigured, unavailable
 */
export async function createLockedBucket(
  settings: S3Settings,
  env: NodeJS.ProcessEnv,
  principals: BucketPrincipals,
): Promise<void> {
  const { send, close } = connectS3(settings, env);
  const Bucket = settings.bucket;
  try {
    await send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true })).catch(
      (error: unknown) => {
        if (s3ErrorName(error) !== 'BucketAlreadyOwnedByYou') throw error;
      },
    );
    const Policy = JSON.stringify(applicationPolicy(Bucket, principals));
    await send(new PutBucketPolicyCommand({ Bucket, Policy }));
  } catch (error) {
    throw s3Error(`creating bucket ${Bucket}`, error);
  } finally {
    close();
  }
}
