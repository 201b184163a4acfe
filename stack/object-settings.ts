import { join } from 'node:path';

/** Settings of the object store that are handed on from the environment. None of them is a secret. */
const objectSettings = [
  ...['OBJECTS_STORE', 'OBJECTS_DIRECTORY', 'OBJECTS_IMMUTABLE', 'OBJECTS_TIMEOUT'],
  ...['OBJECTS_S3_ENDPOINT', 'OBJECTS_S3_REGION', 'OBJECTS_S3_BUCKET', 'OBJECTS_S3_PATH_STYLE'],
  ...['OBJECTS_INTERVAL_MINUTES', 'OBJECTS_RECONCILE_HOUR'],
];

/**
 * The worker's settings of the object store: what `env` says, and without it the local store under the data directory. Its files
 * are not marked immutable unless that is asked for, so that the directory of a test or a demo can be removed.
 */
export function objectSettingsOf(dataDirectory: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const given = objectSettings.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    OBJECTS_STORE: 'local',
    OBJECTS_DIRECTORY: join(dataDirectory, 'objects'),
    OBJECTS_IMMUTABLE: '0',
    ...Object.fromEntries(given),
  };
}
