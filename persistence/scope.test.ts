import { QueryRunnerAlreadyReleasedError, type DataSource } from 'typeorm';
import { acrossSites, inSite } from './scope.ts';

/** Runs transactions without a database. */
const dataSource = {
  transaction: (work: (manager: unknown) => Promise<unknown>) => work({ query: async () => [] }),
} as unknown as DataSource;

test('a connection that was taken away within the work says that the database is away', async () => {
  const lost = async () => Promise.reject(new QueryRunnerAlreadyReleasedError());
  await expect(inSite(dataSource, 'main-street', lost)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(acrossSites(dataSource, lost)).rejects.toMatchObject({ code: 'unavailable' });
});

test('an error of the work itself stays as it is', async () => {
  const own = new RangeError('no such runbook');
  await expect(inSite(dataSource, 'main-street', async () => Promise.reject(own))).rejects.toBe(own);
});
