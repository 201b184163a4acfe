import { S3Client } from '@aws-sdk/client-s3';
import { readCredentials } from './read-credentials.ts';
import type { S3Settings } from './s3-settings.ts';

/** How long credentials are used before they are read again, so that changed ones need no restart. */
const credentialsLifeMs = 300_000;
const connectTimeoutMs = 5_000;

export interface S3Connection {
  send: SendS3;
  close: () => void;
}

/** Sends one command and ends within the time limit. Rejects with the SDK's own errors. */
export type SendS3 = S3Client['send'];

/** A client of the store. Reads the credentials when it first needs them. */
export function connectS3(settings: S3Settings, env: NodeJS.ProcessEnv): S3Connection {
  const { endpoint, region, pathStyle, timeoutMs, credentialsFile } = settings;
  const client = new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    region,
    forcePathStyle: pathStyle,
    maxAttempts: 2,
    // We bring the checksums that matter ourselves; other stores do not know the SDK's own.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: Math.min(connectTimeoutMs, timeoutMs), requestTimeout: timeoutMs },
    credentials: async () => ({
      ...(await readCredentials(credentialsFile, env)),
      expiration: new Date(Date.now() + credentialsLifeMs),
    }),
  });
  const send = (command: Parameters<SendS3>[0], options: object = {}) =>
    client.send(command, { ...options, abortSignal: AbortSignal.timeout(timeoutMs) });
  return {
    send: send as SendS3,
    close: () => {
      client.destroy();
    },
  };
}
