import { randomUUID } from 'node:crypto';
import { createScoreKeeper } from '../../../activities/intake/create-score-keeper.ts';
import type { Persistence } from '../../../persistence/create-persistence.ts';
import { anObservation } from '../../../test/builders/incident.ts';
import { openWithTwoSites } from '../../../test/postgres/builders.ts';
import { startTestDatabase, type TestDatabase } from '../../../test/postgres/test-database.ts';
import { agedCheck, checkedAt, fakeCatalog } from '../../testing/fake-checks.ts';
import { problemOf, startTestApi, type TestApi } from '../../testing/start-test-api.ts';

jest.setTimeout(60_000);

const base = '/api/sites/main-street';
let database: TestDatabase;
let persistence: Persistence;
let api: TestApi;

beforeAll(async () => {
  database = await startTestDatabase();
  persistence = await openWithTwoSites(database);
  const { sites, siteFacts, checkChanges, scoreHistory } = persistence;
  api = await startTestApi({
    sites,
    checks: {
      facts: (site) => siteFacts.read(site),
      latestChanges: (site) => checkChanges.latest(site),
      apply: (...change) => checkChanges.apply(...change),
    },
    scoreHistory,
  });
});
afterAll(async () => {
  await api.close();
  await persistence.close();
  await database.remove();
});

async function backupIs(ageDays: number, status: 'pass' | 'fail', site = 'main-street'): Promise<void> {
  const observation = anObservation({
    ...{ id: randomUUID(), site, check: agedCheck, status, facts: { age_days: ageDays } },
    observedAt: checkedAt,
  });
  const { host: id, os } = observation;
  await persistence.sites.registerHosts(site, [{ id, os, isReachable: true, at: checkedAt }]);
  await persistence.checkResults.store(site, [observation], checkedAt);
}

const json = async <T>(response: Promise<Response>) => (await (await response).json()) as T;
const digestOf = async (days: number) => {
  const checks = { [agedCheck]: { parameters: { days } } };
  return (await json<{ digest: string }>(api.post(`${base}/checks/diff`, { checks }))).digest;
};
const put = (days: number, expectedDigest: string) =>
  api.put(`${base}/checks/${agedCheck}`, {
    ...{ enabled: true, parameters: { days }, reason: 'tapes come weekly', expectedDigest },
  });

test('a changed setting is shown, applied as shown, and on record', async () => {
  await backupIs(9, 'fail');
  const digest = await digestOf(10);
  expect((await put(10, digest)).status).toBe(200);
  expect((await persistence.sites.policyOf('main-street')).checks).toEqual({
    [agedCheck]: { enabled: true, parameters: { days: 10 }, reason: 'tapes come weekly' },
  });
  expect(await json(api.request(`${base}/checks`))).toMatchObject({
    items: [
      {
        check: agedCheck,
        parameters: [{ value: 10, from: 'site' }],
        lastChange: { actor: { name: 'Ada' }, reason: 'tapes come weekly', diffDigest: digest },
      },
      {},
    ],
  });
});

test('of two who apply the same diff at once, one is told that it has changed', async () => {
  const digest = await digestOf(12);
  const answers = await Promise.all([put(12, digest), put(12, digest)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const refused = answers.find(({ status }) => status === 409)!;
  expect(await problemOf(refused)).toMatchObject({ code: 'diff_changed' });
});

test('one site’s results and settings are not in another’s', async () => {
  await backupIs(1, 'pass', 'harbour');
  const harbour = await json<{ items: { parameters: unknown }[] }>(api.request('/api/sites/harbour/checks'));
  expect(harbour.items[0]).toMatchObject({ parameters: [{ value: 7, from: 'default' }] });
  const score = (site: string) => json<{ score: number }>(api.request(`/api/sites/${site}/score`));
  expect([(await score('main-street')).score, (await score('harbour')).score]).toEqual([0, 20]);
  expect(await json(api.request('/api/score'))).toMatchObject({ score: 10 });
});

test('the score that intake notes is the one the API shows, then and later', async () => {
  const { siteFacts: facts, scoreHistory: history } = persistence;
  const keeper = createScoreKeeper({ catalog: fakeCatalog, facts, history });
  await keeper.note('harbour', checkedAt);
  await keeper.note('harbour', checkedAt);
  expect(await json(api.request('/api/sites/harbour/score/history'))).toMatchObject({
    items: [{ at: checkedAt, score: 20, hosts: [{ host: 'srv-1', score: 20 }] }],
  });
});
