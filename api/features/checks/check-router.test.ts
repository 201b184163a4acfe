import { agedCheck, checkedAt, FakeChecks, rootCheck } from '../../testing/fake-checks.ts';
import { problemOf, startTestApi, type TestApi } from '../../testing/start-test-api.ts';

let api: TestApi;
let checks: FakeChecks;
beforeEach(async () => {
  checks = new FakeChecks();
  api = await startTestApi({ checks });
});
afterEach(() => api.close());

const base = '/api/sites/main-street';
const path = `${base}/checks/${agedCheck}`;
const json = async <T>(response: Response | Promise<Response>) => (await (await response).json()) as T;

interface Diff {
  digest: string;
  rows: Record<string, unknown>[];
  unchanged: number;
  needsScan: number;
  score: { before: number; after: number };
}
const diffOf = (overrides: Record<string, unknown>) =>
  json<Diff>(api.post(`${base}/checks/diff`, { checks: { [agedCheck]: overrides } }, 'readonly'));

describe('results', () => {
  it('lists the latest of every check of a host, passes included', async () => {
    const { items } = await json<{ items: unknown[] }>(api.request(`${base}/hosts/front-desk/checks`));
    expect(items).toEqual([
      {
        check: agedCheck,
        title: 'The last backup is young',
        metric: 'backup',
        severity: 'high',
        status: 'fail',
        message: 'it is 9 days old',
        facts: { age_days: 9 },
        observedAt: '2026-11-23T10:00:00.000Z',
        isStale: false,
      },
      expect.objectContaining({ check: rootCheck, status: 'pass' }),
    ]);
  });

  it.each([
    [`${base}/hosts/nowhere/checks`, 'host_not_found'],
    ['/api/sites/elsewhere/hosts/front-desk/checks', 'site_not_found'],
    ['/api/sites/elsewhere/checks', 'site_not_found'],
  ])('%s is %s', async (address, code) => {
    expect(await problemOf(await api.request(address))).toMatchObject({ status: 404, code });
  });
});

it('shows the settings in force, who set each, and the last change', async () => {
  const { digest } = await diffOf({ parameters: { days: 10 } });
  await api.put(path, { enabled: true, parameters: { days: 10 }, reason: 'tapes', expectedDigest: digest });
  const { items } = await json<{ items: Record<string, unknown>[] }>(api.request(`${base}/checks`));
  expect(items).toEqual([
    expect.objectContaining({
      baseline: 'linux-server',
      check: agedCheck,
      enabled: true,
      reason: 'tapes',
      parameters: [expect.objectContaining({ name: 'days', value: 10, from: 'site' })],
      lastChange: expect.objectContaining({ reason: 'tapes', diffDigest: digest, at: checkedAt }) as unknown,
    }),
    expect.objectContaining({ check: rootCheck, parameters: [] }),
  ]);
});

describe('a diff', () => {
  it('tells what each check of each host would become, and the score before and after', async () => {
    const diff = await diffOf({ parameters: { days: 10 } });
    expect(diff).toMatchObject({
      rows: [
        {
          host: 'front-desk',
          check: agedCheck,
          change: 'parameters',
          before: 'fail',
          after: 'pass',
          message: 'young enough',
          parameters: [{ name: 'days', before: 7, after: 10 }],
        },
      ],
      unchanged: 1,
      needsScan: 0,
      score: { before: 0, after: 20_000_000 },
    });
    expect(diff.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(checks.changes).toEqual([]);
  });

  it('of a changed baseline shows what it adds and removes', async () => {
    const baseline = { id: 'linux-server', title: 'Linux server', os: 'linux', checks: [rootCheck] };
    const diff = await json<Diff>(api.post(`${base}/checks/diff`, { baseline }));
    expect(diff.rows).toMatchObject([{ check: agedCheck, change: 'removed', after: 'not_checked' }]);
  });

  it.each([
    [{ checks: { [agedCheck]: { parameters: { days: 31 } } } }, `/checks/${agedCheck}/parameters/days`],
    [{ checks: { 'linux.no.such': {} } }, '/checks/linux.no.such'],
    [{ baseline: { id: 'other', title: 'Another one', os: 'linux', checks: [rootCheck] } }, '/baseline/id'],
  ])('of %j is refused', async (body, pointer) => {
    const problem = await problemOf(await api.post(`${base}/checks/diff`, body));
    expect(problem).toMatchObject({ status: 422, code: 'settings_invalid', errors: [{ pointer }] });
  });
});

describe('setting a check', () => {
  const setting = { enabled: true, parameters: { days: 10 }, reason: 'tapes come weekly' };

  it('applies what was shown, and keeps who, when and why', async () => {
    const { digest } = await diffOf({ parameters: { days: 10 } });
    const response = await api.put(path, { ...setting, expectedDigest: digest });
    expect(response.status).toBe(200);
    expect(checks.site.overrides).toEqual({
      [agedCheck]: { enabled: true, parameters: { days: 10 }, reason: 'tapes come weekly' },
    });
    expect(checks.changes).toMatchObject([
      {
        check: agedCheck,
        at: checkedAt,
        actor: { name: 'Ada', role: 'operator' },
        reason: 'tapes come weekly',
        diffDigest: digest,
      },
    ]);
  });

  it('that would do something else than was shown is refused, and nothing is set', async () => {
    const { digest } = await diffOf({ parameters: { days: 10 } });
    const other = { ...setting, parameters: { days: 11 }, expectedDigest: digest };
    expect(await problemOf(await api.put(path, other))).toMatchObject({ status: 409, code: 'diff_changed' });
    const [aged, root] = checks.site.results;
    checks.site = { ...checks.site, results: [{ ...aged!, facts: { age_days: 12 } }, root!] };
    expect(await problemOf(await api.put(path, { ...setting, expectedDigest: digest }))).toMatchObject({
      code: 'diff_changed',
    });
    expect(checks.changes).toEqual([]);
  });

  it('that somebody else changed in between is refused', async () => {
    const { digest } = await diffOf({ parameters: { days: 10 } });
    const facts = await checks.facts('main-street');
    checks.facts = async () => facts;
    checks.site = { ...facts, overrides: { [rootCheck]: { enabled: false, reason: 'x', parameters: {} } } };
    expect(await problemOf(await api.put(path, { ...setting, expectedDigest: digest }))).toMatchObject({
      code: 'diff_changed',
    });
    expect(checks.changes).toEqual([]);
  });

  it('may not be done by a reader, nor to a check that is not there', async () => {
    const body = { ...setting, expectedDigest: 'a'.repeat(64) };
    expect(await problemOf(await api.put(path, body, 'readonly'))).toMatchObject({
      code: 'role_not_allowed',
    });
    expect(await problemOf(await api.put(`${base}/checks/linux.no.such`, body))).toMatchObject({
      code: 'check_not_found',
    });
  });

  it.each([
    [{ enabled: false, reason: 'x', expectedDigest: 'a'.repeat(64) }, '/reason'],
    [{ enabled: false, expectedDigest: 'a'.repeat(64) }, '/reason'],
    [{ enabled: false, reason: 'nul \u0000', expectedDigest: 'a'.repeat(64) }, '/reason'],
    [{ enabled: false, reason: 'not in use' }, '/expectedDigest'],
  ])('with %j is refused', async (body, pointer) => {
    const problem = await problemOf(await api.put(path, body));
    expect(problem).toMatchObject({ status: 400, errors: [{ in: 'body', pointer }] });
  });
});
