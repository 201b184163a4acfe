import type { DataSource } from 'typeorm';
import { openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createDataSource } from './data-source.ts';
import { inSite } from './scope.ts';

jest.setTimeout(60_000);

/** Rows of a chain, from entry `from` to entry `to`. The database knows nothing of what a hash is made of. */
const chain = (site: string, from: number, to: number) => `
  select '${site}' as site, number as seq, 'record ' || number as record_id,
    lpad(to_hex(number), 64, '0') as previous_hash, lpad(to_hex(number + 1), 64, '0') as entry_hash,
    now() as recorded_at, '{}'::json as envelope
  from generate_series(${from}, ${to}) number`;
const insert = (rows: string) =>
  `insert into ledger_entry (site, seq, record_id, previous_hash, entry_hash, recorded_at, envelope)
   select site, seq, record_id, previous_hash, entry_hash, recorded_at, envelope from (${rows}) given`;

describe.each(postgresBuilds)('links of a ledger on %s', (_name, binDirectory) => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    await (await openWithTwoSites(database)).close();
    // One session, since the plans of a check are made once a session.
    dataSource = await createDataSource(database.server.url, { connections: 1 });
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.remove();
  });

  const attempt = (site: string, sql: string) =>
    inSite(dataSource, site, (manager) => manager.query<unknown[]>(sql));

  test('a chain is taken, in one statement or several', async () => {
    await attempt('harbour', insert(chain('harbour', 0, 0)));
    await attempt('harbour', insert(chain('harbour', 1, 5)));
    await attempt('harbour', insert(chain('harbour', 6, 9)));
    expect(await attempt('harbour', 'select from ledger_entry')).toHaveLength(10);
  });

  test.each([
    ['follows a gap', 'harbour', chain('harbour', 11, 12)],
    ['has a gap inside', 'harbour', `${chain('harbour', 10, 11)} union all ${chain('harbour', 13, 14)}`],
    [
      'breaks inside',
      'harbour',
      `select site, seq, record_id, case seq when 12 then repeat('a', 64) else previous_hash end as previous_hash,
        entry_hash, recorded_at, envelope from (${chain('harbour', 10, 14)}) sound`,
    ],
    [
      'does not follow the last',
      'harbour',
      `select site, seq, record_id, repeat('a', 64) as previous_hash, entry_hash, recorded_at, envelope
       from (${chain('harbour', 10, 10)}) sound`,
    ],
    ['is of a site without a ledger', 'nowhere', chain('nowhere', 0, 1)],
    [
      'has a hash in capitals',
      'harbour',
      `select site, seq, record_id, previous_hash, repeat('A', 64) as entry_hash, recorded_at, envelope
       from (${chain('harbour', 10, 10)}) sound`,
    ],
    [
      'has a hash that is too short',
      'harbour',
      `select site, seq, record_id, previous_hash, repeat('a', 62) as entry_hash, recorded_at, envelope
       from (${chain('harbour', 10, 10)}) sound`,
    ],
    [
      'has a hash that is none',
      'harbour',
      `select site, seq, record_id, previous_hash, repeat('x', 64) as entry_hash, recorded_at, envelope
       from (${chain('harbour', 10, 10)}) sound`,
    ],
  ])('what %s is refused', async (_what, site, rows) => {
    await expect(attempt(site, insert(rows))).rejects.toThrow();
    expect(await attempt('harbour', 'select from ledger_entry')).toHaveLength(10);
  });

  test('what is added to a large ledger is not compared with all of it', async () => {
    await attempt('harbour', insert(chain('harbour', 10, 3_000)));
    const read = await inSite(dataSource, 'harbour', async (manager) => {
      const soFar = async () => {
        const [row] = await manager.query<{ rows: number }[]>(
          `select (seq_tup_read + idx_tup_fetch)::integer as rows from pg_stat_xact_user_tables where relname = 'ledger_entry'`,
        );
        return row?.rows ?? Number.NaN;
      };
      const before = await soFar();
      await manager.query(insert(chain('harbour', 3_001, 3_256)));
      return (await soFar()) - before;
    });
    expect(read).toBeLessThan(10);
  });
});
