import { TypeORMError, type DataSource, type EntityManager } from 'typeorm';
import { persistenceError } from './persistence-error.ts';

/**
 * Runs `work` in one transaction that sees and changes rows of `site` alone. Row-level security refuses the rest,
 * whatever the queries say.
 *
 * @throws PersistenceError
 */
export async function inSite<T>(
  dataSource: DataSource,
  site: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return inTransaction(dataSource, 'malachor.site', site, work);
}

/**
 * Runs `work` in one transaction that reads rows of all sites, for the administrator's views, and can change none.
 *
 * The scope is a setting of the transaction and not a login of its own: it keeps a forgotten condition from leaking
 * one site's rows to another, but whoever can run any SQL as the application role can set it too.
 *
 * @throws PersistenceError
 */
export async function acrossSites<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return inTransaction(dataSource, 'malachor.scope', 'all', work);
}

/**
 * Runs one statement as a transaction of its own. Without a scope it sees no site's rows, unless it calls a function
 * that sets one.
 *
 * @throws PersistenceError
 */
export async function query<Row>(
  via: DataSource | EntityManager,
  sql: string,
  values: unknown[],
): Promise<Row[]> {
  try {
    return await via.query<Row[]>(sql, values);
  } catch (error) {
    throw persistenceError(error);
  }
}

async function inTransaction<T>(
  dataSource: DataSource,
  setting: 'malachor.site' | 'malachor.scope',
  value: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  const failure = { isOfCaller: false };
  try {
    return await dataSource.transaction(async (manager) => {
      await manager.query('select set_config($1, $2, true)', [setting, value]);
      try {
        return await work(manager);
      } catch (error) {
        // A failed query is one; so is the connection that was taken away between two of them.
        failure.isOfCaller = !(error instanceof TypeORMError);
        throw error;
      }
    });
  } catch (error) {
    throw failure.isOfCaller ? error : persistenceError(error);
  }
}
