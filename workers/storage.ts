import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { OpenStore, StoreSetting } from '../activities/storage/ports.ts';
import type { StoreLevel } from '../objects/object-store.ts';
import { readPublicKey } from '../evidence/node/ed25519.ts';
import { openLocalObjectStore } from '../objects/local/local-object-store.ts';
import { openS3ObjectStore } from '../objects/s3/s3-object-store.ts';
import { type S3Settings, s3SettingsSchema } from '../objects/s3/s3-settings.ts';
import type { SigningKeys } from '../persistence/signing-keys.ts';
import { flag } from './flag.ts';

/** Where evidence is stored as objects, as the environment sets it. Credentials are in files of the secrets directory. */
export const storageSchema = z.object({
  OBJECTS_STORE: z.enum(['local', 's3', 'none']).default('none'),
  /** Of the local store. */
  OBJECTS_DIRECTORY: z.string().min(1).optional(),
  /** Whether files of the local store are marked immutable where this machine can do that. */
  OBJECTS_IMMUTABLE: flag('1'),
  /** Absent: AWS itself. */
  OBJECTS_S3_ENDPOINT: z.string().min(1).optional(),
  OBJECTS_S3_REGION: z.string().min(1).optional(),
  OBJECTS_S3_BUCKET: z.string().min(1).optional(),
  OBJECTS_S3_PATH_STYLE: flag('0'),
  /** Seconds for each request to the store. */
  OBJECTS_TIMEOUT: z.coerce.number().min(1).max(600).default(30),
  /** Minutes between looks for evidence that is not in the store yet. */
  OBJECTS_INTERVAL_MINUTES: z.coerce.number().min(0.05).default(1),
  /** Hour of the day (UTC) in which ledger and store are compared. */
  OBJECTS_RECONCILE_HOUR: z.coerce.number().int().min(0).max(23).default(2),
});
export type Storage = z.output<typeof storageSchema>;

/** Names of the files in the secrets directory, each `{"accessKeyId","secretAccessKey"}` in mode 0600. */
export const credentialFiles = {
  /** Puts, reads and prolongs. */
  application: 'objects-application.json',
  /** Sets holds and removes what has expired. Without it a hold rests on prolonged locks alone, and nothing is removed. */
  custodian: 'objects-custodian.json',
} as const;

/**
 * The store that the environment sets up; undefined where there is none. Opens nothing yet.
 *
 * @param opened told what the store can promise, each time it was opened
 * @throws Error naming the variable that is wrong or missing
 */
export function storeSetting(
  settings: Storage,
  secretsDirectory: string,
  opened: (level: StoreLevel) => void = () => undefined,
): StoreSetting | undefined {
  switch (settings.OBJECTS_STORE) {
    case 'none':
      return undefined;
    case 'local':
      return localSetting(settings, opened);
    case 's3':
      return s3Setting(settings, secretsDirectory, opened);
  }
}

const clock = () => new Date();

function localSetting(settings: Storage, opened: (level: StoreLevel) => void): StoreSetting {
  const directory = resolve(required(settings, 'OBJECTS_DIRECTORY'));
  const timeoutMs = settings.OBJECTS_TIMEOUT * 1_000;
  const open = async (): Promise<OpenStore> => {
    const immutable = settings.OBJECTS_IMMUTABLE;
    const objects = await openLocalObjectStore({ directory, now: clock, immutable, timeoutMs });
    opened(objects.level);
    return { objects, custodian: objects };
  };
  return { name: `local:${directory}`, kind: 'local', canHold: true, ...onceOpened(open) };
}

function s3Setting(
  settings: Storage,
  secretsDirectory: string,
  opened: (level: StoreLevel) => void,
): StoreSetting {
  const custodianFile = join(secretsDirectory, credentialFiles.custodian);
  const target = s3Target(settings);
  const openAs = (credentialsFile: string) =>
    openS3ObjectStore({ settings: { ...target, credentialsFile }, env: {}, now: clock });
  const open = async (): Promise<OpenStore> => {
    const objects = await openAs(join(secretsDirectory, credentialFiles.application));
    opened(objects.level);
    if (!existsSync(custodianFile)) return { objects };
    return { objects, custodian: await openAs(custodianFile) };
  };
  const host = target.endpoint === undefined ? 'aws' : new URL(target.endpoint).host;
  return {
    name: `s3:${host}/${target.bucket}`,
    kind: 's3',
    canHold: existsSync(custodianFile),
    ...onceOpened(open),
  };
}

/** Where the bucket is. @throws Error naming the variable that is wrong */
function s3Target(settings: Storage): S3Settings {
  const variables = {
    endpoint: 'OBJECTS_S3_ENDPOINT',
    region: 'OBJECTS_S3_REGION',
    bucket: 'OBJECTS_S3_BUCKET',
  } as const;
  const given = Object.entries(variables).flatMap(([name, variable]) =>
    settings[variable] === undefined ? [] : [[name, settings[variable]] as const],
  );
  const parsed = s3SettingsSchema.safeParse({
    bucket: required(settings, 'OBJECTS_S3_BUCKET'),
    ...Object.fromEntries(given),
    pathStyle: settings.OBJECTS_S3_PATH_STYLE,
    timeoutMs: settings.OBJECTS_TIMEOUT * 1_000,
  });
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path: [name], message }) => {
    const variable = Object.entries(variables).find(([each]) => each === name)?.[1] ?? 'OBJECTS_TIMEOUT';
    return `${variable}: ${message}`;
  });
  throw new Error(`The object store is not set up. Set ${wrong.join('; ')}`);
}

function required(settings: Storage, name: 'OBJECTS_DIRECTORY' | 'OBJECTS_S3_BUCKET'): string {
  const value = settings[name];
  if (value !== undefined) return value;
  throw new Error(`OBJECTS_STORE is ${settings.OBJECTS_STORE}: set ${name}, too`);
}

/** Opens at the first call and gives the same until it is forgotten; what failed is tried again by the next call. */
function onceOpened(open: () => Promise<OpenStore>): Pick<StoreSetting, 'open' | 'forget'> {
  let opened: Promise<OpenStore> | undefined;
  return {
    open: () => (opened ??= open()),
    forget: () => {
      opened?.then(
        ({ objects, custodian }) => {
          objects.close();
          custodian?.close();
        },
        // It was never opened.
        () => undefined,
      );
      opened = undefined;
    },
  };
}

/** Public keys of evidence, which sign checkpoints too, without those that were revoked. */
export async function checkpointKeys(keys: SigningKeys): Promise<Uint8Array[]> {
  const known = await keys.list('evidence');
  return known
    .filter(({ revokedAt }) => revokedAt === undefined)
    .map(({ publicKey }) => readPublicKey(publicKey));
}
