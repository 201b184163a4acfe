import type { Log } from './log.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import type { ExternalServers } from './stack.ts';
import { supervise, type SupervisedProcess } from './supervisor/supervise.ts';
import type { RunningProcess } from './supervisor/running-process.ts';

export interface DatabaseOptions {
  dataDirectory: string;
  cacheDirectory: string;
  recordDirectory: string;
  port: number;
  external: ExternalServers;
  log: Log;
  /** Gets the server's own log. */
  serverLog: Log;
}
export interface Database {
  url: string;
  ownerUrl: string;
  /** Absent where the database is not ours. */
  process?: SupervisedProcess;
}

/** The database: the one given, or the embedded Postgres, restarted whenever it ends. */
export async function startDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDirectory, cacheDirectory, recordDirectory, port, external, log, serverLog } = options;
  if (external.databaseUrl !== undefined) {
    return { url: external.databaseUrl, ownerUrl: external.databaseOwnerUrl ?? external.databaseUrl };
  }
  let urls: { url: string; ownerUrl: string } | undefined;
  const start = async (): Promise<RunningProcess> => {
    // Whoever starts it here holds the lock of the data directory, so a server found on it has lost its supervisor.
    const server = await startPostgres({
      dataDirectory,
      cacheDirectory,
      port,
      takeOver: true,
      log: serverLog,
    });
    urls = { url: server.url, ownerUrl: server.ownerUrl };
    return {
      pid: server.pid,
      exited: server.exited,
      stop: () => server.stop(),
      kill: async (signal) => {
        if (signal === 'SIGKILL') await server.kill(signal);
        else process.kill(server.pid, signal);
      },
    };
  };
  const supervised = await supervise({ name: 'postgres', start, recordDirectory, log });
  if (!urls) throw new Error('Postgres started without an address');
  return { ...urls, process: supervised };
}
