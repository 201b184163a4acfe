import pg from 'pg';
import { startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let persistence: Persistence;

beforeAll(async () => {
  database = await startTestDatabase();
  await migrate(database.server.ownerUrl);
  persistence = await createPersistence(database.server.url);
});
afterAll(async () => {
  await persistence.close();
  await database.remove();
});

const key = {
  keyId: 'abc',
  purpose: 'evidence',
  publicKey: 'PEM',
  firstUsedAt: '2026-11-23T10:00:00.000Z',
} as const;
const end = {
  keyId: 'abc',
  purpose: 'evidence',
  reason: 'a laptop was lost',
  recordedAt: '2027-01-01T00:00:00.000Z',
} as const;

test('signing keys keep their first use', async () => {
  await persistence.signingKeys.remember(key);
  await persistence.signingKeys.remember({ ...key, firstUsedAt: '2026-12-01T00:00:00.000Z' });
  expect(await persistence.signingKeys.list('evidence')).toEqual([key]);
});

test('keys that practices keep are told by site, and belong to one', async () => {
  const { signingKeys } = persistence;
  const box = { ...key, keyId: 'box', purpose: 'appliance', site: 'north', appliance: 'box-1' } as const;
  const far = { ...box, keyId: 'far', site: 'south' };
  const witness = { ...box, purpose: 'witness', name: 'malachor.dev/witness/north/box-1' } as const;
  for (const each of [box, far, witness]) await signingKeys.remember(each);
  expect(await signingKeys.list('appliance', { site: 'north' })).toEqual([box]);
  expect(await signingKeys.list('appliance')).toEqual([box, far]);
  expect(await signingKeys.list('witness', { site: 'north' })).toEqual([witness]);
  await expect(signingKeys.remember({ ...key, keyId: 'homeless', purpose: 'appliance' })).rejects.toThrow();
});

test('of several ends of a kind the earliest holds, whatever is said later', async () => {
  const { signingKeys } = persistence;
  await signingKeys.remember(key);
  for (const at of ['2027-01-03T00:00:00.000Z', '2027-01-02T00:00:00.000Z', '2027-01-04T00:00:00.000Z'])
    expect(await signingKeys.end({ ...end, kind: 'revoked', at })).toBe(true);
  await signingKeys.end({ ...end, kind: 'retired', at: '2027-01-05T00:00:00.000Z' });
  await signingKeys.end({ ...end, kind: 'retired', at: '2027-01-05T00:00:00.000Z' });
  expect(await signingKeys.list('evidence')).toEqual([
    { ...key, revokedAt: '2027-01-02T00:00:00.000Z', retiredAt: '2027-01-05T00:00:00.000Z' },
  ]);
});

test('a key that is not there has no end', async () => {
  const at = '2027-01-02T00:00:00.000Z';
  expect(await persistence.signingKeys.end({ ...end, keyId: 'xyz', kind: 'revoked', at })).toBe(false);
  expect(await persistence.signingKeys.end({ ...end, purpose: 'order', kind: 'revoked', at })).toBe(false);
});

test.each([
  'delete from signing_key_end',
  "update signing_key_end set at = at + interval '1 year'",
  'truncate signing_key_end',
])('an end stays as it was said: %s', async (statement) => {
  await persistence.signingKeys.remember(key);
  await persistence.signingKeys.end({ ...end, kind: 'retired', at: '2027-01-05T00:00:00.000Z' });
  for (const connectionString of [database.server.url, database.server.ownerUrl]) {
    const client = new pg.Client({ connectionString });
    await client.connect();
    await expect(client.query(statement)).rejects.toThrow(/append-only|permission denied/);
    await client.end();
  }
});
