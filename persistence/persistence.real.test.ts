import { randomUUID } from 'node:crypto';
import { sitePolicySchema } from '../contracts/site-policy.ts';
import { aStory, anEnvelope, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import type { Persistence } from './create-persistence.ts';
import { createDataSource } from './data-source.ts';
import { migrate, migrationNames, revertLastMigrations } from './migrate.ts';

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
