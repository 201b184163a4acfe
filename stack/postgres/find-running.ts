import { resolve } from 'node:path';
import { placesIn } from './cluster.ts';
import { connectionStrings, type ConnectionStrings } from './connection-strings.ts';
import { readCredentials } from './credentials.ts';
import { readPostmasterFile, runningServer } from './postmaster-file.ts';

/** How to reach the server that runs on the data directory; undefined where none does. */
export async function findRunningPostgres(dataDirectory: string): Promise<ConnectionStrings | undefined> {
  const { clusterDirectory, credentialsFile } = placesIn(resolve(dataDirectory));
  const pid = await runningServer(clusterDirectory);
  const file = await readPostmasterFile(clusterDirectory);
  if (pid === undefined || file?.pid !== pid || !file.isReady) return undefined;
  const credentials = await readCredentials(credentialsFile);
  return credentials && connectionStrings(file.port, credentials);
}
