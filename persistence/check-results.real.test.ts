import { randomUUID } from 'node:crypto';
import type { Metric } from '../contracts/catalog/check.ts';
import type { ScorePoint } from '../contracts/score.ts';
import { checkOverrideSchema, sitePolicySchema } from '../contracts/site-policy.ts';
import { anActor, anObservation, aProposal } from '../test/builders/incident.ts';
import type { Attempt } from '../contracts/story.ts';
import { aStory, openWithTwoSites } from '../test/postgres/builders.ts';
import { postgresBuilds, startTestDatabase, type TestDatabase } from '../test/postgres/test-database.ts';
import type { Persistence } from './create-persistence.ts';
import { migrate, migrationNames, revertLastMigrations } from './migrate.ts';

jest.setTimeout(60_000);

const received = '2026-11-23T12:00:00.000Z';
const site = 'main-street';

describe.each(postgresBuilds)('what is kept of checks on %s', (_, binDirectory) => {
  let database: TestDatabase;
  let persistence: Persistence;

  beforeAll(async () => {
    database = await startTestDatabase(binDirectory);
    persistence = await openWithTwoSites(database);
  });
  afterAll(async () => {
    await persistence.close();
    await database.remove();
  });

  describe('results', () => {
    const seen = (host: string, more: Record<string, unknown> = {}) =>
      anObservation({ id: randomUUID(), host, ...more });
    const store = (...observations: ReturnType<typeof seen>[]) =>
      persistence.checkResults.store(site, observations, received);
    const statusesOf = async (host: string) =>
      (await persistence.checkResults.list(site, host)).map(({ check, status }) => [check, status]);

    test('of every check are kept, passes included, as they were observed', async () => {
      const pass = seen('whole', { status: 'pass', check: 'linux.a.first' });
      const fail = seen('whole', { facts: { banner: 'a\u0000b\ud800c', ports: ['22'] } });
      await store(fail, pass);
      expect(await persistence.checkResults.list(site, 'whole')).toEqual([pass, fail]);
      expect(await persistence.checkResults.list('harbour')).toEqual([]);
    });

    test('are the newest, in whatever order and however often they arrive', async () => {
      const older = seen('order', { observedAt: '2026-11-23T10:00:00.000Z', status: 'fail' });
      const newer = seen('order', { observedAt: '2026-11-23T10:00:00.001Z', status: 'pass' });
      await store(newer);
      await Promise.all([store(older), store(newer), store(older, newer), store(newer, older)]);
      expect(await persistence.checkResults.list(site, 'order')).toEqual([newer]);
    });

    test('of a clock that was ahead do not stand in the way of later ones', async () => {
      await store(seen('ahead', { observedAt: '2030-01-01T00:00:00.000Z', status: 'pass' }));
      const [kept] = await persistence.checkResults.list(site, 'ahead');
      expect(kept?.observedAt).toBe(received);
      const later = seen('ahead', { observedAt: '2026-11-23T12:00:01.000Z', status: 'fail' });
      await persistence.checkResults.store(site, [later], '2026-11-23T12:00:02.000Z');
      expect(await statusesOf('ahead')).toEqual([['linux.ssh.root_login', 'fail']]);
    });
  });

  describe('scores', () => {
    const point = (at: string, microPoints: number): ScorePoint => ({
      at,
      microPoints,
      metrics: [{ metric: 'network' satisfies Metric, microPoints, of: 100_000_000 }],
      hosts: [{ host: 'srv', microPoints }],
    });

    test('are kept when they change or the day does, and never out of order', async () => {
      const note = (at: string, microPoints: number) =>
        persistence.scoreHistory.note(site, point(at, microPoints));
      expect(await note('2026-11-23T10:00:00.000Z', 5)).toBe(true);
      expect(await note('2026-11-23T10:00:00.000Z', 5)).toBe(false);
      expect(await note('2026-11-23T11:00:00.000Z', 5)).toBe(false);
      expect(await note('2026-11-23T12:00:00.000Z', 6)).toBe(true);
      expect(await note('2026-11-23T11:30:00.000Z', 7)).toBe(false);
      expect(await note('2026-11-24T00:00:00.000Z', 6)).toBe(true);
      const both = await Promise.all([
        note('2026-11-24T01:00:00.000Z', 8),
        note('2026-11-24T01:00:00.000Z', 8),
      ]);
      expect(both.filter((added) => added)).toHaveLength(1);
    });

    test('are read page by page within a time', async () => {
      const { items: all } = await persistence.scoreHistory.list({ site, limit: 10 });
      expect(all.map(({ at, microPoints }) => [at, microPoints])).toEqual([
        ['2026-11-23T10:00:00.000Z', 5],
        ['2026-11-23T12:00:00.000Z', 6],
        ['2026-11-24T00:00:00.000Z', 6],
        ['2026-11-24T01:00:00.000Z', 8],
      ]);
      expect(all[0]).toEqual(point('2026-11-23T10:00:00.000Z', 5));
      const page = await persistence.scoreHistory.list({ site, limit: 3 });
      const rest = await persistence.scoreHistory.list({ site, limit: 3, cursor: page.nextCursor! });
      expect([...page.items, ...rest.items]).toEqual(all);
      expect(rest).not.toHaveProperty('nextCursor');
      const within = await persistence.scoreHistory.list({
        ...{ site, limit: 10 },
        ...{ from: '2026-11-23T12:00:00.000Z', to: '2026-11-24T00:00:00.000Z' },
      });
      expect(within.items).toEqual([all[1]]);
      await expect(
        persistence.scoreHistory.list({ site, limit: 1, cursor: 'made-up' }),
      ).rejects.toMatchObject({ code: 'cursor_invalid' });
    });
  });

  describe('settings of checks', () => {
    const change = (check: string, override: Record<string, unknown>, name = 'Ann') => ({
      check,
      at: received,
      actor: anActor(name),
      reason: `${name} said so`,
      after: checkOverrideSchema.parse(override),
      diffDigest: 'd'.repeat(64),
    });

    test('are changed together with the record of who, when and why', async () => {
      const first = change('linux.a.one', { enabled: false, reason: 'x' });
      const second = change('linux.a.one', { parameters: { days: 3 } }, 'Bob');
      expect(await persistence.checkChanges.apply(site, first, () => true)).toBe(true);
      expect(await persistence.checkChanges.apply(site, second, () => true)).toBe(true);
      expect((await persistence.sites.policyOf(site)).checks).toEqual({ 'linux.a.one': second.after });
      expect(await persistence.checkChanges.latest(site)).toEqual([{ ...second, before: first.after }]);
      expect(await persistence.checkChanges.latest('harbour')).toEqual([]);
    });

    test('that may not change are left, with no trace of it', async () => {
      const before = await persistence.sites.policyOf(site);
      const refused = change('linux.a.two', { enabled: false, reason: 'x' });
      const seen: unknown[] = [];
      expect(await persistence.checkChanges.apply(site, refused, (policy) => seen.push(policy) < 0)).toBe(
        false,
      );
      expect(seen).toEqual([before]);
      expect(await persistence.sites.policyOf(site)).toEqual(before);
      expect((await persistence.checkChanges.latest(site)).map(({ check }) => check)).toEqual([
        'linux.a.one',
      ]);
    });

    test('changed by two people at once are both there', async () => {
      const changes = ['linux.b.one', 'linux.b.two'].map((check) => change(check, { reason: check }));
      await Promise.all(changes.map((each) => persistence.checkChanges.apply(site, each, () => true)));
      expect((await persistence.sites.policyOf(site)).checks).toMatchObject({
        'linux.b.one': { reason: 'linux.b.one' },
        'linux.b.two': { reason: 'linux.b.two' },
      });
    });

    test('stay when the site is enrolled again with another policy', async () => {
      const { checks } = await persistence.sites.policyOf(site);
      const policy = sitePolicySchema.parse({ dryRun: true });
      await persistence.sites.enrolSite({ id: site, name: 'Main Street', policy });
      expect(await persistence.sites.policyOf(site)).toEqual({ ...policy, checks });
    });

    test('on record are not taken back with the tables', async () => {
      const later = migrationNames.slice(migrationNames.indexOf('CheckResults1795800000000') + 1);
      await revertLastMigrations(database.server.ownerUrl, later.length);
      await expect(revertLastMigrations(database.server.ownerUrl)).rejects.toThrow(/on record/);
      expect(await migrate(database.server.ownerUrl)).toEqual(later);
    });
  });

  test('facts of a site are what it is judged by', async () => {
    const os = { family: 'linux', id: 'debian', version: '13' } as const;
    const sighting = { id: 'srv', os, isReachable: true, at: received, baseline: 'linux-server' };
    await persistence.sites.registerHosts('harbour', [sighting]);
    const later = { id: 'srv', os, isReachable: true, at: '2026-11-23T13:00:00.000Z' };
    await persistence.sites.registerHosts('harbour', [later]);
    const observation = anObservation({ site: 'harbour', host: 'srv' });
    await persistence.checkResults.store('harbour', [observation], received);
    const expiresAt = '2026-12-01T00:00:00.000Z';
    const acceptedRisk = { signers: [], acceptedAt: received, expiresAt, stateDigest: 'a'.repeat(64) };
    const story = aStory({ site: 'harbour', host: 'srv', state: 'risk_accepted', acceptedRisk });
    await persistence.incidents.project(story);
    await persistence.incidents.project(aStory({ site: 'harbour', host: 'other', state: 'watching' }));
    expect(await persistence.incidents.acceptedRisks('harbour')).toEqual([story]);
    expect(await persistence.siteFacts.read('harbour')).toMatchObject({
      site: 'harbour',
      hosts: [{ id: 'srv', baseline: 'linux-server' }],
      results: [observation],
      overrides: {},
      accepted: [{ host: 'srv', check: 'linux.ssh.root_login', expiresAt }],
    });
    const { results } = await persistence.siteFacts.read('harbour');
    const verification = { ...observation, status: 'pass', observedAt: received } as const;
    const attempt: Attempt = {
      ...{
        number: 1,
        orderId: randomUUID(),
        runbookDigest: 'a'.repeat(64),
        risk: 'low',
        startedAt: received,
      },
      proposal: aProposal(),
      verification,
    };
    const healed = { site: 'harbour', host: 'srv', attempts: [attempt] };
    await persistence.incidents.project(
      aStory({ ...healed, state: 'watching', resolution: 'healed', openedAt: received, updatedAt: received }),
    );
    expect(results).toEqual([observation]);
    expect((await persistence.siteFacts.read('harbour')).results).toEqual([verification]);
    await expect(persistence.siteFacts.read('nowhere')).rejects.toMatchObject({ code: 'site_unknown' });
  });
});
