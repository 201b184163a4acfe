import { randomUUID } from 'node:crypto';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import type { Story } from '../contracts/story.ts';
import { aStory, anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import { createPersistence, type Persistence } from './create-persistence.ts';
import { createDataSource } from './data-source.ts';
import { migrate, migrationNames, revertLastMigrations } from './migrate.ts';
import type { SlotRequest } from './healing-slots.ts';

jest.setTimeout(60_000);

const os = { family: 'linux', id: 'debian', version: '13' } as const;

describe.each(postgresBuilds)('persistence on %s', (_, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;

  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    await migrate(database.server.ownerUrl);
    await revertLastMigrations(database.server.ownerUrl, migrationNames.length);
    persistence = await openWithTwoSites(database);
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  describe('migrations', () => {
    test('run once however many processes start at a time', async () => {
      const { ownerUrl } = database.server;
      expect(await Promise.all([migrate(ownerUrl), migrate(ownerUrl), migrate(ownerUrl)])).toEqual([
        [],
        [],
        [],
      ]);
    });

    test('make the columns that the entities name', async () => {
      const dataSource = await createDataSource(database.server.url);
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      await dataSource.destroy();
      // Constraints and indices are the migrations' own: entities do not repeat them.
      expect(
        upQueries.map(({ query }) => query).filter((query) => !/DROP (?:CONSTRAINT|INDEX)/.test(query)),
      ).toEqual([]);
    });

    test('are not taken back while a ledger holds evidence', async () => {
      await persistence.ledger.append({
        site: 'harbour',
        recordId: randomUUID(),
        envelope: anEnvelope('kept'),
      });
      await revertLastMigrations(database.server.ownerUrl, migrationNames.length - 1);
      await expect(revertLastMigrations(database.server.ownerUrl)).rejects.toThrow(/holds evidence/);
      await migrate(database.server.ownerUrl);
      expect((await persistence.ledger.summary('harbour')).entries).toBeGreaterThan(0);
    });
  });

  describe('sites', () => {
    test('keep their policy as it was given', async () => {
      const policy = sitePolicySchema.parse({ dryRun: true, timeZone: 'America/Denver' });
      await persistence.sites.enrolSite({ id: 'uptown', name: 'Uptown', policy });
      expect(await persistence.sites.policyOf('uptown')).toEqual(policy);
      expect((await persistence.sites.listSites()).map(({ id }) => id)).toContain('uptown');
    });

    test('that are not enrolled say so', async () => {
      await expect(persistence.sites.policyOf('nowhere')).rejects.toMatchObject({ code: 'site_unknown' });
      await expect(persistence.incidents.project(aStory({ site: 'nowhere' }))).rejects.toMatchObject({
        code: 'site_unknown',
      });
      await expect(
        persistence.ledger.append({ site: 'nowhere', recordId: randomUUID(), envelope: anEnvelope('x') }),
      ).rejects.toMatchObject({ code: 'site_unknown' });
    });

    test('know a host from its first sighting, and an older one changes nothing', async () => {
      const seen = (id: string, at: string, isReachable: boolean, version = '13') => ({
        id,
        os: { ...os, version },
        isReachable,
        at,
      });
      await persistence.sites.registerHosts('main-street', [
        seen('desk', '2026-11-23T10:00:00.000Z', false),
        seen('srv', '2026-11-23T10:00:00.000Z', true),
        seen('srv', '2026-11-23T09:00:00.000Z', true, '12'),
      ]);
      await persistence.sites.registerHosts('main-street', [
        seen('srv', '2026-11-23T09:30:00.000Z', true, '12'),
        seen('srv', '2026-11-23T11:00:00.000Z', false, '12'),
      ]);
      expect(await persistence.sites.listHosts('main-street')).toEqual([
        { site: 'main-street', id: 'desk', os, firstSeenAt: '2026-11-23T10:00:00.000Z' },
        {
          site: 'main-street',
          id: 'srv',
          os,
          firstSeenAt: '2026-11-23T10:00:00.000Z',
          lastSeenAt: '2026-11-23T10:00:00.000Z',
        },
      ]);
      expect(await persistence.sites.hostCount('main-street')).toBe(2);
      expect(await persistence.sites.hostCount('harbour')).toBe(0);
    });
  });

  describe('incidents', () => {
    test('never go back to an older story', async () => {
      const newer = aStory({ host: 'back', state: 'closed', updatedAt: '2026-11-23T10:05:00.000Z' });
      const older = aStory({ host: 'back', state: 'healing', updatedAt: '2026-11-23T10:04:00.000Z' });
      await persistence.incidents.project(newer);
      await persistence.incidents.project(older);
      await Promise.all([persistence.incidents.project(newer), persistence.incidents.project(older)]);
      expect(await persistence.incidents.get(newer.id)).toEqual(newer);
    });

    test('of the same millisecond are told apart by their events', async () => {
      const event = { at: '2026-11-23T10:00:00.000Z', kind: 'observed', summary: 'seen' } as const;
      const newer = aStory({ host: 'tie', state: 'healing', events: [event], eventsDropped: 1 });
      await persistence.incidents.project(newer);
      await persistence.incidents.project(aStory({ host: 'tie', events: [event] }));
      expect(await persistence.incidents.get(newer.id)).toEqual(newer);
    });

    test('keep what a hostile host says, NUL and lone surrogates included', async () => {
      const story = aStory({ host: 'hostile' });
      story.latest = {
        ...story.latest,
        message: 'a\u0000b\ud800c',
        facts: { banner: `'; drop table site; --` },
      };
      await persistence.incidents.project(story);
      expect(await persistence.incidents.get(story.id)).toEqual(story);
    });

    test('that cannot be stored fail alone', async () => {
      const bad = persistence.incidents.project(aStory({ host: 'bad', title: 'nul \u0000' }));
      const good = persistence.incidents.project(aStory({ host: 'good' }));
      await expect(bad).rejects.toMatchObject({ code: 'value_refused' });
      await expect(good).resolves.toBeUndefined();
    });

    test('of one host and check are kept one by one, and the id means the newest', async () => {
      const first = aStory({ host: 'again', state: 'closed', resolution: 'healed' });
      const second = aStory({
        host: 'again',
        openedAt: '2026-11-23T12:00:00.000Z',
        updatedAt: '2026-11-23T12:00:00.000Z',
      });
      await persistence.incidents.project(second);
      await persistence.incidents.project(first);
      expect(await persistence.incidents.get(first.id)).toEqual(second);
      const { items } = await persistence.incidents.list({ site: 'main-street', host: 'again', limit: 10 });
      expect(items.map(({ openedAt, resolution }) => [openedAt, resolution])).toEqual([
        ['2026-11-23T12:00:00.000Z', undefined],
        ['2026-11-23T10:00:00.000Z', 'healed'],
      ]);
      expect(await persistence.incidents.openIncident(second)).toMatchObject({ openedAt: second.openedAt });
    });

    test('are paged once each while others are added and changed', async () => {
      const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
      const stories = Array.from({ length: 25 }, (_unused, index) =>
        // Five a second, so that the cursor must tell incidents of the same moment apart.
        aStory({
          site: 'harbour',
          host: `h${index}`,
          openedAt: at(Math.floor(index / 5)),
          updatedAt: at(index),
        }),
      );
      await Promise.all(stories.map((story) => persistence.incidents.project(story)));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await persistence.incidents.list({
          site: 'harbour',
          limit: 4,
          ...(cursor !== undefined && { cursor }),
        });
        seen.push(...page.items.map(({ host }) => host));
        cursor = page.nextCursor;
        const late = at(100 + seen.length);
        await persistence.incidents.project(
          aStory({ site: 'harbour', host: `late-${seen.length}`, openedAt: late, updatedAt: late }),
        );
        const changed = stories[seen.length % stories.length]!;
        await persistence.incidents.project({ ...changed, state: 'watching', updatedAt: late });
      } while (cursor !== undefined);
      expect(seen).toHaveLength(25);
      expect(new Set(seen)).toEqual(new Set(stories.map(({ host }) => host)));
      await expect(persistence.incidents.list({ limit: 1, cursor: 'made-up' })).rejects.toMatchObject({
        code: 'cursor_invalid',
      });
    });

    test('are narrowed by every filter, over one site or all', async () => {
      await persistence.incidents.project(
        aStory({
          site: 'harbour',
          host: 'filtered',
          tier: 'L3',
          severity: 'critical',
          state: 'waiting_for_person',
        }),
      );
      const filter = { tier: 'L3', severity: 'critical', state: 'waiting_for_person', isOpen: true } as const;
      const one = await persistence.incidents.list({ ...filter, site: 'harbour', limit: 10 });
      const all = await persistence.incidents.list({ ...filter, limit: 10 });
      const none = await persistence.incidents.list({ ...filter, isOpen: false, limit: 10 });
      expect([one, all, none].map(({ items }) => items.map(({ host }) => host))).toEqual([
        ['filtered'],
        ['filtered'],
        [],
      ]);
    });
  });

  describe('healing slots', () => {
    const request = (overrides: Partial<SlotRequest>): SlotRequest => ({
      orderId: randomUUID(),
      site: 'main-street',
      host: 'srv',
      check: 'linux.ssh.root_login',
      incident: 'incident/main-street/srv/linux.ssh.root_login',
      runbook: 'RB-LIN-SSH-001',
      leaseUntil: '2026-11-23T10:10:00.000Z',
      at: '2026-11-23T10:00:00.000Z',
      ...overrides,
    });
    const claimIfFree = (claimed: SlotRequest, via = persistence) =>
      via.healingSlots.claim(claimed, ({ claims, alreadyClaimed }) => ({
        granted: alreadyClaimed || claims.length === 0,
      }));

    test('go to one of many who ask at once, from several processes', async () => {
      const pools = await Promise.all([1, 2, 3].map(() => createPersistence(database.server.url)));
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_unused, index) =>
          claimIfFree(request({ site: 'harbour', host: `h${index}` }), pools[index % pools.length]),
        ),
      );
      await Promise.all(pools.map((pool) => pool.close()));
      expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
    });

    test('are kept by a repeated claim, given back by settling and lost when the lease ends', async () => {
      const first = request({ rule: 'L1-LIN-SSH-001' });
      expect(await claimIfFree(first)).toEqual({ granted: true });
      expect(await claimIfFree(first)).toEqual({ granted: true });
      expect(await claimIfFree(request({}))).toEqual({ granted: false });
      const afterLease = '2026-11-23T10:10:00.001Z';
      expect(
        await persistence.healingSlots.claim(request({ at: afterLease }), (facts) => ({
          granted: false,
          facts,
        })),
      ).toMatchObject({ facts: { claims: [], alreadyClaimed: false, hostCount: 2 } });

      await persistence.healingSlots.settle(
        first.orderId,
        'main-street',
        'not_healed',
        '2026-11-23T10:01:00.000Z',
      );
      await persistence.healingSlots.settle(
        first.orderId,
        'main-street',
        'healed',
        '2026-11-23T10:02:00.000Z',
      );
      const later = await persistence.healingSlots.claim(
        request({ at: '2026-11-23T10:03:00.000Z' }),
        (facts) => ({
          granted: false,
          facts,
        }),
      );
      expect(later.facts).toMatchObject({
        claims: [],
        recentRuns: [
          { host: 'srv', runbook: 'RB-LIN-SSH-001', result: 'not_healed', at: '2026-11-23T10:01:00.000Z' },
        ],
      });
      expect(await persistence.healingSlots.lastRuleUses('main-street', 'srv')).toEqual(
        new Map([['L1-LIN-SSH-001', '2026-11-23T10:00:00.000Z']]),
      );
    });

    test('settled as refused are no use of their rule, for they never began', async () => {
      const host = 'refused-only';
      const rule = 'L1-LIN-SSH-001';
      const [used, refused] = [
        request({ host, rule, at: '2026-11-23T10:00:00.000Z' }),
        request({ host, rule, at: '2026-11-23T10:20:00.000Z' }),
      ];
      for (const { orderId, run, result } of [
        { orderId: used.orderId, run: used, result: 'interrupted' },
        { orderId: refused.orderId, run: refused, result: 'refused' },
      ] as const) {
        await persistence.healingSlots.claim(run, () => ({ granted: true }));
        await persistence.healingSlots.settle(orderId, 'main-street', result, run.at);
      }
      expect(await persistence.healingSlots.lastRuleUses('main-street', host)).toEqual(
        new Map([[rule, '2026-11-23T10:00:00.000Z']]),
      );
    });

    test('show what runs and what waits on their host, the oldest first', async () => {
      const run = request({
        host: 'srv-7',
        at: new Date().toISOString(),
        leaseUntil: '2999-01-01T00:00:00.000Z',
      });
      await persistence.healingSlots.claim(run, () => ({ granted: true }));
      const waits = (check: string, openedAt: string, overrides: Partial<Story> = {}) =>
        persistence.incidents.project(
          aStory({
            ...{ id: `incident/main-street/srv-7/${check}`, host: 'srv-7', check, openedAt },
            ...{ state: 'waiting_for_guard', waitsFor: 'RB-LIN-SSH-002' },
            ...overrides,
          }),
        );
      await waits('b.late', '2026-11-23T10:00:02.000Z');
      await waits('c.early', '2026-11-23T10:00:01.000Z');
      await waits('d.healing', '2026-11-23T10:00:00.000Z', { state: 'healing' });
      await waits('e.elsewhere', '2026-11-23T10:00:00.000Z', { host: 'srv-8' });
      expect(await persistence.healingSlots.runsBeside(run.orderId, 'main-street')).toEqual({
        running: [{ incident: run.incident, runbook: run.runbook }],
        waiting: ['c.early', 'b.late'].map((check) => ({
          ...{ incident: `incident/main-street/srv-7/${check}`, runbook: 'RB-LIN-SSH-002' },
        })),
      });
      await persistence.healingSlots.settle(run.orderId, 'main-street', 'healed', run.at);
      const { running } = await persistence.healingSlots.runsBeside(run.orderId, 'main-street');
      expect(running).toEqual([]);
      expect(await persistence.healingSlots.runsBeside(run.orderId, 'harbour')).toEqual({
        running: [],
        waiting: [],
      });
    });

    test('are not given where the decision throws, and others of the group are decided', async () => {
      const failing = persistence.healingSlots.claim(request({ host: 'x' }), () => {
        throw new RangeError('no such runbook');
      });
      const refused = persistence.healingSlots.claim(request({ host: 'y' }), (facts) => ({
        granted: false,
        claims: facts.claims,
      }));
      await expect(failing).rejects.toThrow(RangeError);
      await expect(refused).resolves.toEqual({ granted: false, claims: [] });
    });
  });

  test('the planner budget adds up by site and day', async () => {
    const use = { inputTokens: 100, outputTokens: 20, cost: 0.01 };
    await persistence.plannerBudget.add('main-street', '2026-11-23', use);
    await persistence.plannerBudget.add('main-street', '2026-11-23', use);
    expect(await persistence.plannerBudget.tokensSpent('main-street', '2026-11-23')).toBe(240);
    expect(await persistence.plannerBudget.tokensSpent('main-street', '2026-11-24')).toBe(0);
    expect(await persistence.plannerBudget.tokensSpent('harbour', '2026-11-23')).toBe(0);
  });

  test('deliveries are listed newest first, by incident', async () => {
    const delivery = {
      notificationId: randomUUID(),
      site: 'main-street',
      incident: 'incident/main-street/srv/linux.ssh.root_login',
      kind: 'escalated',
      channel: 'webhook',
      status: 'failed',
      at: '2026-11-23T10:00:00.000Z',
    } as const;
    await persistence.deliveries.record({ ...delivery, detail: '503' });
    await persistence.deliveries.record({ ...delivery, status: 'delivered' });
    expect(
      await persistence.deliveries.list({ site: 'main-street', incident: delivery.incident, limit: 10 }),
    ).toEqual([
      { ...delivery, status: 'delivered' },
      { ...delivery, detail: '503' },
    ]);
    expect(await persistence.deliveries.list({ site: 'harbour', limit: 10 })).toEqual([]);
  });
});
