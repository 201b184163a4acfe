import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createSigner, generateKeyPair } from '../evidence/node/ed25519.ts';
import { evidenceExpectation } from '../contracts/evidence-intervals.ts';
import { anActor, anObservation } from '../test/builders/incident.ts';
import { aDisclosure, aStory, anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';

jest.setTimeout(60_000);

const siteTables = [
  ['site', 'id'],
  ['host', 'site'],
  ['incident', 'site'],
  ['ledger_entry', 'site'],
  ['ledger_head', 'site'],
  ['entry_disclosure', 'site'],
  ['runbook_run', 'site'],
  ['planner_usage', 'site'],
  ['delivery', 'site'],
  ['check_result', 'site'],
  ['score_point', 'site'],
  ['check_change', 'site'],
  ['anchor_member', 'site'],
  ['stored_ledger', 'site'],
  ['stored_checkpoint', 'site'],
  ['legal_hold', 'site'],
  ['reconciliation', 'site'],
  ['cosignature', 'site'],
  ['witness_refusal', 'site'],
  ['site_expectation', 'site'],
] as const;

describe.each(postgresBuilds)('isolation of sites on %s', (_, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;
  let application: pg.Client;
  let owner: pg.Client;

  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    const checkpointSigner = createSigner(generateKeyPair().privateKeyPem);
    persistence = await openWithTwoSites(database, { checkpointSigner });
    for (const site of ['main-street', 'harbour']) await fill(persistence, site);
    application = new pg.Client({ connectionString: database.server.url });
    owner = new pg.Client({ connectionString: database.server.ownerUrl });
    await Promise.all([application.connect(), owner.connect()]);
  });
  afterAll(async () => {
    await Promise.all([application.end(), owner.end(), persistence.close()]);
    await database.remove();
  });

  /** Runs raw SQL in a transaction of `site` and rolls it back. */
  async function inSite(client: pg.Client, site: string | undefined, sql: string): Promise<pg.QueryResult> {
    await client.query('begin');
    try {
      if (site !== undefined) await client.query(`select set_config('malachor.site', $1, true)`, [site]);
      return await client.query(sql);
    } finally {
      await client.query('rollback');
    }
  }

  test('covers every table that names a site', async () => {
    const { rows } = await owner.query<{ name: string; isForced: boolean }>(`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as "isForced" from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`);
    const open = rows.filter(({ isForced }) => !isForced).map(({ name }) => name);
    const shared = [
      'anchor_batch',
      'control_map',
      'migration',
      'object_store',
      'signing_key',
      'signing_key_end',
    ];
    expect(open).toEqual(shared);
    expect(rows).toHaveLength(siteTables.length + open.length);
  });

  test.each(siteTables)(
    'table %s shows a site its own rows only, to the owner too',
    async (table, column) => {
      for (const client of [application, owner]) {
        const mine = await inSite(client, 'main-street', `select ${column} as site from ${table}`);
        expect(new Set(mine.rows.map(({ site }: { site: string }) => site))).toEqual(
          new Set(['main-street']),
        );
        const named = await inSite(client, 'main-street', `select from ${table} where ${column} = 'harbour'`);
        expect(named.rowCount).toBe(0);
        const unscoped = await inSite(client, undefined, `select from ${table}`);
        expect(unscoped.rowCount).toBe(0);
      }
    },
  );

  test.each([
    [`insert into host values ('harbour', 'x', 'linux', 'debian', '13', now(), now())`],
    [`insert into entry_disclosure values ('harbour', 0, '[]')`],
    [`insert into ledger_entry values ('harbour', 1, 'x', repeat('0', 64), repeat('0', 64), now(), '{}')`],
    [
      `insert into delivery (site, notification_id, incident, kind, channel, status, at)
      values ('harbour', gen_random_uuid(), 'x', 'x', 'x', 'x', now())`,
    ],
    [`insert into check_result values ('harbour', 'x', 'x', 'pass', now(), gen_random_uuid(), '{}')`],
    [`insert into score_point values ('harbour', now(), 100000000, '[]', '[]')`],
    [`insert into cosignature values ('harbour', 'w', 1, now(), now(), 'a note', 'a line', '[]')`],
    [`insert into witness_refusal values ('harbour', 'x', 'w', 1, 'fork', now(), 'a note')`],
    [`insert into site_expectation values ('harbour', now(), 300, 600, 0, 600)`],
    [`update host set site = 'harbour'`],
    [`update site set id = 'harbour-2'`],
    [`insert into legal_hold (site, is_on, reason, actor, at) values ('harbour', false, 'x', 'x', now())`],
  ])('a site cannot write for another: %s', async (sql) => {
    await expect(inSite(application, 'main-street', sql)).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    [`update incident set title = 'x' where site = 'harbour'`],
    [`update ledger_head set size = size + 1 where site = 'harbour'`],
    [`update runbook_run set host = 'x' where site = 'harbour'`],
    [`update check_result set status = 'pass' where site = 'harbour'`],
  ])('a site changes no row of another: %s', async (sql) => {
    expect((await inSite(application, 'main-street', sql)).rowCount).toBe(0);
  });

  test('the scope of all sites reads and cannot write', async () => {
    await application.query('begin');
    await application.query(`set local malachor.scope = 'all'`);
    const sites = await application.query('select id from site order by id');
    const updated = await application.query(`update site set name = 'x'`);
    await application.query('rollback');
    expect(sites.rows).toEqual([{ id: 'harbour' }, { id: 'main-street' }]);
    expect(updated.rowCount).toBe(0);
  });

  test('a scope ends with its transaction', async () => {
    await application.query(`select site_policy('harbour')`);
    const { rows } = await application.query('select from site');
    expect(rows).toEqual([]);
  });

  test.each([
    'update ledger_entry set record_id = record_id',
    'delete from ledger_entry',
    'truncate ledger_entry cascade',
    'update entry_disclosure set disclosures = disclosures',
    'delete from entry_disclosure',
    'truncate entry_disclosure',
    'update check_change set reason = reason',
    'delete from check_change',
    'update legal_hold set is_on = false',
    'delete from legal_hold',
    'delete from reconciliation',
    'update stored_checkpoint set checkpoint = checkpoint',
    'delete from stored_ledger',
    ...['cosignature', 'witness_refusal'].flatMap((table) => [
      `update ${table} set size = size`,
      `delete from ${table}`,
      `truncate ${table}`,
    ]),
  ])('%s is refused to the application and to the owner', async (sql) => {
    await expect(inSite(application, 'main-street', sql)).rejects.toMatchObject({ code: '42501' });
    await expect(inSite(owner, 'main-street', sql)).rejects.toMatchObject({ code: '23001' });
  });

  test('the end of a ledger never moves back, and an entry must follow its predecessor', async () => {
    await expect(
      inSite(application, 'main-street', `update ledger_head set size = 0, head_hash = null`),
    ).rejects.toMatchObject({ code: '23001' });
    await expect(
      inSite(
        application,
        'main-street',
        `insert into ledger_entry values ('main-street', 7, 'x', repeat('0', 64), repeat('1', 64), now(), '{}')`,
      ),
    ).rejects.toMatchObject({ code: '23001' });
  });

  test('what is stored never becomes less', async () => {
    await expect(
      inSite(application, 'main-street', 'update stored_ledger set entries = entries - 1'),
    ).rejects.toMatchObject({ code: '23001' });
  });

  test('the application cannot lift its own bonds', async () => {
    for (const sql of [
      'alter table site disable row level security',
      'alter table ledger_entry disable trigger all',
      'drop table ledger_entry',
      'set role malachor_owner',
      'create table mine (id integer)',
    ]) {
      await expect(inSite(application, 'main-street', sql)).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('sessions of the owner login work as the application role', async () => {
    const viaOwner = await createPersistence(database.server.ownerUrl);
    expect((await viaOwner.sites.listHosts('main-street')).map(({ site }) => site)).toEqual(['main-street']);
    expect((await viaOwner.sites.listSites()).map(({ id }) => id)).toEqual(['harbour', 'main-street']);
    await viaOwner.close();
  });
});

/** Puts a row of `site` into every table. */
async function fill(persistence: Persistence, site: string): Promise<void> {
  const at = '2026-11-23T10:00:00.000Z';
  const os = { family: 'linux', id: 'debian', version: '13' } as const;
  await persistence.sites.registerHosts(site, [{ id: 'srv', os, isReachable: true, at }]);
  await persistence.ledger.append({
    site,
    recordId: randomUUID(),
    envelope: anEnvelope(site),
    disclosures: [aDisclosure('/host', 'srv')],
    story: aStory({ site }),
  });
  await persistence.healingSlots.claim(
    {
      orderId: randomUUID(),
      site,
      host: 'srv',
      check: 'linux.ssh.root_login',
      incident: 'i',
      runbook: 'RB-LIN-SSH-001',
      leaseUntil: at,
      at,
    },
    () => ({ granted: true }),
  );
  await persistence.plannerBudget.add(site, '2026-11-23', { inputTokens: 1, outputTokens: 1, cost: 0 });
  await persistence.deliveries.record({
    notificationId: randomUUID(),
    site,
    incident: 'i',
    kind: 'escalated',
    channel: 'webhook',
    status: 'delivered',
    at,
  });
  await persistence.checkResults.store(site, [anObservation({ site })], at);
  await persistence.scoreHistory.note(site, { at, microPoints: 0, metrics: [], hosts: [] });
  await persistence.expectations.remember(site, evidenceExpectation(at, 60));
  const change = {
    check: 'linux.ssh.root_login',
    at,
    actor: anActor('Ann'),
    reason: 'as agreed',
    after: { enabled: true, parameters: {} },
    diffDigest: '0'.repeat(64),
  };
  await persistence.checkChanges.apply(site, change, () => true);
  await persistence.anchors.form({ id: randomUUID(), formedAt: at, root: '0'.repeat(64) }, [
    { site, size: 1, index: 0, inclusion: [], checkpoint: 'a note' },
  ]);
  await persistence.objectRecords.enterStore({ name: 'local:/x', kind: 'local', canHold: true }, at);
  const state = await persistence.objectRecords.state(site, 'local:/x');
  if (!state) throw new Error('the site is not enrolled');
  await persistence.objectRecords.advance(state, 'local:/x', { entries: 1, at });
  await persistence.objectRecords.keepNewestCheckpoint(site, at);
  await persistence.legalHolds.change(site, { isOn: true, reason: 'as asked', actor: 'Ann', at });
  await persistence.objectRecords.keepReport({
    site,
    store: 'local:/x',
    startedAt: at,
    finishedAt: at,
    ledger: { verified: true, entries: 1 },
    objects: 1,
    counts: {},
    differences: [],
    restored: 0,
    removed: 0,
  });
  const answered = { witness: 'w', size: 1, recordedAt: at, checkpoint: 'a note' };
  await persistence.cosignatures.keep(site, { ...answered, signedAt: at, line: 'a line' }, []);
  await persistence.cosignatures.refuse(site, { ...answered, request: 'r', code: 'fork' });
}
