import { agedCheck, FakeChecks } from '../../testing/fake-checks.ts';
import { problemOf, startTestApi, type TestApi } from '../../testing/start-test-api.ts';

let api: TestApi;
let checks: FakeChecks;
beforeEach(async () => {
  checks = new FakeChecks();
  api = await startTestApi({ checks });
});
afterEach(() => api.close());

const hundred = 100_000_000;
const path = '/api/sites/main-street/score';

interface Score {
  score: number;
  microPoints: number;
  hosts: unknown[];
  losses: { microPoints: number; check?: string; status: string; reason: string; nextStep: string }[];
}
const scoreAt = async (address: string) => (await (await api.request(address)).json()) as Score;
const sumOf = (parts: { microPoints: number }[]) =>
  parts.reduce((all, { microPoints }) => all + microPoints, 0);

it('explains every lost point of a site', async () => {
  const score = await scoreAt(path);
  expect(score).toMatchObject({ score: 0, microPoints: 0, hosts: [{ host: 'front-desk', score: 0 }] });
  expect(sumOf(score.losses)).toBe(hundred);
  expect(score.losses.find(({ check }) => check === agedCheck)).toMatchObject({
    status: 'fail',
    microPoints: 20_000_000,
    reason: 'The last backup is young: it is 9 days old',
    nextStep: `Open incident main-street~front-desk~${agedCheck} and settle it.`,
  });
  expect(score.losses.filter(({ status }) => status === 'not_measured')).toHaveLength(6);
});

it('gives points for a pass, of a host as of the site', async () => {
  const [aged, root] = checks.site.results;
  checks.site = { ...checks.site, results: [{ ...aged!, status: 'pass' }, root!] };
  for (const address of [path, `${path}?host=front-desk`]) {
    const score = await scoreAt(address);
    expect(score).toMatchObject({ score: 20, microPoints: 20_000_000 });
    expect(score.microPoints + sumOf(score.losses)).toBe(hundred);
  }
});

it('shows a check that the site turned off as lost, with the reason', async () => {
  checks.site = {
    ...checks.site,
    overrides: { [agedCheck]: { enabled: false, reason: 'no backup yet', parameters: {} } },
  };
  const { losses } = await scoreAt(path);
  expect(losses.find(({ check }) => check === agedCheck)).toMatchObject({
    status: 'disabled',
    reason: 'The last backup is young: the site turned it off: no backup yet',
  });
});

it.each([
  ['/api/sites/elsewhere/score', 'site_not_found'],
  ['/api/sites/elsewhere/score/history', 'site_not_found'],
  [`${path}?host=nowhere`, 'host_not_found'],
  [`${path}?host=..`, 'invalid_request'],
  [`${path}/history?from=yesterday`, 'invalid_request'],
])('%s is refused as %s', async (address, code) => {
  expect(await problemOf(await api.request(address))).toMatchObject({ code });
});

it('pages the history, with points rounded down', async () => {
  const response = await api.request(`${path}/history?from=2026-11-01T00:00:00Z&limit=1&cursor=abc`);
  expect(await response.json()).toMatchObject({
    items: [{ score: 54, microPoints: 54_999_999, hosts: [{ host: 'front-desk', score: 55 }] }],
    nextCursor: 'bmV4dA',
  });
  expect(api.recorded).toEqual([
    {
      call: 'scoreHistory',
      args: [{ site: 'main-street', from: '2026-11-01T00:00:00Z', limit: 1, cursor: 'abc' }],
    },
  ]);
});

it('adds up over all sites, with what each loses', async () => {
  const score = (await (await api.request('/api/score')).json()) as {
    score: number;
    microPoints: number;
    sites: { site: string; of: number; microPoints: number; lost: { microPoints: number }[] }[];
  };
  expect(score).toMatchObject({ score: 0, sites: [{ site: 'main-street', of: hundred, score: 0 }] });
  for (const { of, microPoints, lost } of score.sites) expect(microPoints + sumOf(lost)).toBe(of);
  expect(sumOf(score.sites)).toBe(score.microPoints);
});
