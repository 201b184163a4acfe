import { DataSource } from 'typeorm';
import { entities } from './entities/entities.ts';

/** Role every session of the application works as. */
export const applicationRole = 'malachor_app';

/** Settings of the connection pool. */
export interface PoolOptions {
  /** Connections at most; each is a process of the server. */
  connections?: number;
  /** Name the sessions show in `pg_stat_activity`. */
  applicationName?: string;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onConnectionLost?: (error: Error) => void;
}

/**
 * Opens a pool of sessions that work as the application role, so that row-level security and missing grants bind them.
 *
 * `url` may log in as the application role itself, or, where there is only one login, as the owner of the tables:
 * the session then starts as the application role. The second is weaker: SQL that an attacker gets to run could change
 * back to the owner.
 */
export async function createDataSource(url: string, options: PoolOptions = {}): Promise<DataSource> {
  return new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    poolSize: options.connections ?? 8,
    applicationName: options.applicationName ?? 'malachor',
    connectTimeoutMS: 10_000,
    poolErrorHandler: (error: Error) => options.onConnectionLost?.(error),
    extra: {
      options: `-c role=${applicationRole}`,
      keepAlive: true,
      idleTimeoutMillis: 60_000,
      statement_timeout: 30_000,
      idle_in_transaction_session_timeout: 30_000,
    },
  }).initialize();
}
