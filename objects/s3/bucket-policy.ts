/** Accounts of a store as its policies name them: ARNs in AWS, access keys in others. */
export interface BucketPrincipals {
  /** Stores, reads and prolongs; can neither delete nor lift a hold. What Malachor runs with. */
  application: string;
  /** May also set and lift holds and delete what is not locked. Used for that alone. */
  custodian: string;
}

/** What the application does with the bucket itself, and with objects. */
const bucketActions = [
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:GetBucketVersioning',
  's3:GetBucketObjectLockConfiguration',
];
const objectActions = [
  's3:PutObject',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectRetention',
  's3:GetObjectLegalHold',
  's3:PutObjectRetention',
];
const custodianActions = ['s3:PutObjectLegalHold', 's3:DeleteObjectVersion'];

/** The bucket policy that gives both accounts exactly what they need. */
export function applicationPolicy(bucket: string, { application, custodian }: BucketPrincipals) {
  const resource = `arn:aws:s3:::${bucket}`;
  const allow = (principals: string[], actions: string[], of: string) => ({
    Effect: 'Allow',
    Principal: { AWS: principals },
    Action: actions,
    Resource: of,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow([application, custodian], bucketActions, resource),
      allow([application, custodian], objectActions, `${resource}/*`),
      allow([custodian], custodianActions, `${resource}/*`),
    ],
  };
}
