import { S3ServiceException } from '@aws-sdk/client-s3';
import { ObjectStoreError, type ObjectStoreErrorCode } from '../object-store-error.ts';

const byName: Record<string, ObjectStoreErrorCode> = {
  NoSuchKey: 'not_found',
  NoSuchVersion: 'not_found',
  NotFound: 'not_found',
  QuotaExceeded: 'full',
  InsufficientStorage: 'full',
  XMinioStorageFull: 'full',
  // What was sent did not arrive as it was; the next try may.
  BadDigest: 'unavailable',
  XAmzContentSHA256Mismatch: 'unavailable',
  RequestTimeout: 'unavailable',
  OperationAborted: 'unavailable',
  ConditionalRequestConflict: 'unavailable',
  PreconditionFailed: 'conflict',
};

const nextStepByName: Record<string, string> = {
  NoSuchBucket: 'Create the bucket with Object Lock enabled, or name another one.',
  InvalidAccessKeyId: 'Give the credentials of an account of this store.',
  SignatureDoesNotMatch:
    'Give the secret key that belongs to the access key, and check the clock of this machine.',
  RequestTimeTooSkewed: 'Set the clock of this machine right.',
  AccessDenied: 'Give this account the rights that docs/evidence/objects.md lists.',
  PermanentRedirect: 'Name the region that the bucket is in.',
  AuthorizationHeaderMalformed: 'Name the region that the bucket is in.',
};

/** The store's own name of an error, as `AccessDenied`; undefined where it did not come from the store. */
export function s3ErrorName(error: unknown): string | undefined {
  return error instanceof S3ServiceException ? error.name : undefined;
}

/**
 * What an error of the SDK means for the caller. Only names, status and request id of it are kept: the SDK's errors
 * carry the request with its headers.
 */
export function s3Error(what: string, error: unknown): ObjectStoreError {
  if (error instanceof ObjectStoreError) return error;
  if (!(error instanceof S3ServiceException)) {
    return new ObjectStoreError('unavailable', `${what}: ${nameOf(error)}`);
  }
  const { name } = error;
  const status = error.$metadata.httpStatusCode ?? 0;
  const nextStep = nextStepByName[name];
  return new ObjectStoreError(
    byName[name] ?? byStatus(status),
    `${what}: the store answers ${name} (HTTP ${status})`,
    {
      ...(nextStep === undefined ? {} : { nextStep }),
      ...(error.$metadata.requestId === undefined ? {} : { cause: `request ${error.$metadata.requestId}` }),
    },
  );
}

/** As `ECONNREFUSED` or `TimeoutError`. Of a message no more than the system's own name of the error is taken. */
function nameOf(error: unknown): string {
  const { code, message, name } = (error ?? {}) as { code?: unknown; message?: unknown; name?: unknown };
  const inMessage = /\bE[A-Z]{4,}\b/.exec(typeof message === 'string' ? message : '')?.[0];
  return [code, inMessage, name].find((text) => typeof text === 'string') ?? 'an unknown error';
}

function byStatus(status: number): ObjectStoreErrorCode {
  if (status === 507) return 'full';
  if (status === 429 || status < 300 || status >= 500) return 'unavailable';
  return 'misconfigured';
}
