import { problemOf, startTestApi, tokens, type TestApi } from '../../testing/start-test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const path = '/api/sites/main-street/scan';

it('lists sites', async () => {
  const body = await (await api.request('/api/sites')).json();
  expect(body).toEqual({
    items: [{ id: 'main-street', name: 'Main Street', enrolledAt: '2026-11-23T10:00:00.000Z' }],
  });
});

it('lists hosts of one site and of all', async () => {
  const all = (await (await api.request('/api/hosts')).json()) as { items: unknown[] };
  expect(all.items).toHaveLength(1);
  await api.request('/api/hosts?site=main-street');
  expect(api.recorded.map(({ args }) => args)).toEqual([[undefined], ['main-street']]);
});

it('refuses to list hosts of what is no site', async () => {
  const problem = await problemOf(await api.request('/api/hosts?site=..'));
  expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ in: 'query', pointer: '/site' }] });
});

it('starts a scan of what was asked for', async () => {
  const response = await api.post(path, { hosts: ['front-desk'], checks: ['linux.ssh.root_login'] });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  expect(id).toMatch(/^scan\/main-street\/[0-9a-f-]{36}$/);
  expect(api.recorded[0]?.args[0]).toEqual({
    site: 'main-street',
    hosts: ['front-desk'],
    checks: ['linux.ssh.root_login'],
  });
});

it('names a scan after the idempotency key', async () => {
  const response = await api.request(path, {
    method: 'POST',
    body: '{}',
    headers: {
      authorization: `Bearer ${tokens.operator}`,
      'content-type': 'application/json',
      'idempotency-key': 'nightly-1',
    },
  });
  expect(await response.json()).toEqual({ id: 'scan/main-street/nightly-1' });
});

it.each([
  [{ hosts: [] }, '/hosts'],
  [{ hosts: ['a', 'b c'] }, '/hosts/1'],
  [{ checks: ['x'] }, '/checks/0'],
  [{ hosts: 'a' }, '/hosts'],
  [{ site: 'other' }, '/site'],
])('refuses the scan %j', async (body, pointer) => {
  const problem = await problemOf(await api.post(path, body));
  expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ in: 'body', pointer }] });
  expect(api.recorded).toEqual([]);
});

it('starts no scan of a site that is not enrolled', async () => {
  expect(await problemOf(await api.post('/api/sites/elsewhere/scan', {}))).toMatchObject({
    code: 'site_not_found',
  });
  expect(await problemOf(await api.post('/api/sites/..%2Fx/scan', {}))).toMatchObject({
    code: 'invalid_request',
  });
  expect(api.recorded).toEqual([]);
});
