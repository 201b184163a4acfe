import { decisionRefusals } from '../../../contracts/decision.ts';
import { problemKinds } from '../../../contracts/api/problem.ts';
import { stateDigest } from '../../../domain/decisions/state-digest.ts';
import { hashToken } from '../../auth/operators.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import {
  fakePorts,
  knownIncident,
  problemOf,
  startTestApi,
  tokens,
  type TestApi,
} from '../../testing/start-test-api.ts';
import { buildStory } from '../../testing/story-builder.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const path = `/api/incidents/${knownIncident}`;
const workflowId = 'incident/main-street/front-desk/linux.ssh.root_login';
const unknown = '/api/incidents/main-street~front-desk~linux.none.such';
const id = '5b1c3f0e-7c0a-4a53-9d47-0b7c7f1f2a10';
const ada = {
  name: 'Ada',
  role: 'operator',
  method: 'bearer-token',
  credential: hashToken(tokens.operator).slice(0, 16),
};

describe('listing incidents', () => {
  it('gives a page with names that fit into URLs', async () => {
    const response = await api.request('/api/incidents?limit=1');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      items: [{ id: knownIncident, attempts: 1 }],
      nextCursor: 'bmV4dA',
    });
  });

  it('hands over filters and cursor, and a page size where none is given', async () => {
    const asked: unknown[] = [];
    const incidents = {
      list: async (query: unknown) => {
        asked.push(query);
        return { items: [] };
      },
      get: async () => undefined,
    };
    const other = await startTestApi({ incidents });
    const filters = 'site=a&host=b&state=waiting_for_person&tier=L3&severity=high&cursor=abc&limit=7';
    expect((await other.request(`/api/incidents?${filters}`)).status).toBe(200);
    expect(await (await other.request('/api/incidents')).json()).toEqual({ items: [] });
    await other.close();
    expect(asked).toEqual([
      {
        site: 'a',
        host: 'b',
        state: 'waiting_for_person',
        tier: 'L3',
        severity: 'high',
        cursor: 'abc',
        limit: 7,
      },
      { limit: 50 },
    ]);
  });

  it.each([
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=many', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['site=A%20B', '/site'],
    ['host=-x', '/host'],
    ['state=open', '/state'],
    ['tier=L4', '/tier'],
    ['severity=huge', '/severity'],
    ['cursor=%27', '/cursor'],
    ['stat=closed', '/stat'],
  ])('refuses %s', async (query, pointer) => {
    const problem = await problemOf(await api.request(`/api/incidents?${query}`));
    expect(problem).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ in: 'query', pointer }],
    });
  });

  it('names every wrong field at once', async () => {
    const { errors } = await problemOf(await api.request('/api/incidents?limit=0&tier=L4&x=1'));
    expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(['/limit', '/tier', '/x']);
  });
});

describe('reading an incident', () => {
  it('gives the whole story, nothing lost on the way', async () => {
    const body = (await (await api.request(path)).json()) as { id: string; story: unknown };
    expect(body.id).toBe(knownIncident);
    expect(body.story).toEqual(buildStory());
  });

  it('says the digest of its state, for a person to accept this one only', async () => {
    const { latest, judgedFacts } = buildStory();
    expect(await (await api.request(path)).json()).toMatchObject({
      stateDigest: stateDigest(latest, judgedFacts),
    });
  });

  it('says so where there is none', async () => {
    expect(await problemOf(await api.request(unknown))).toMatchObject({
      status: 404,
      code: 'incident_not_found',
    });
  });

  it.each([
    'x',
    'a~b',
    'a~b~c',
    'a~b~c.d~e',
    'A~b~c.d',
    'incident%2Fa%2Fb%2Fc.d',
    `a~b~c.${'d'.repeat(300)}`,
  ])('refuses the name %s', async (name) => {
    const problem = await problemOf(await api.request(`/api/incidents/${name}`));
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.[0]).toMatchObject({ in: 'path', pointer: '/id' });
  });
});

describe('deciding', () => {
  it('hands the decision and who made it to the incident', async () => {
    const request = {
      id,
      kind: 'approve',
      runbook: 'RB-LIN-SSH-001',
      parameters: { port: 22 },
      note: 'go on',
    };
    const response = await api.post(`${path}/decisions`, request);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      decisionId: id,
      accepted: true,
      effect: 'applied',
      message: 'It runs now.',
    });
    expect(api.recorded).toEqual([{ call: 'decide', args: [workflowId, { request, actor: ada }] }]);
  });

  it.each([
    [{ id, kind: 'reject', note: 'not ours' }],
    [{ id, kind: 'snooze', until: '2026-12-01T00:00:00Z' }],
    [{ id, kind: 'accept', expiresAt: '2026-12-01T00:00:00Z', note: 'known' }],
    [
      {
        ...{ id, kind: 'accept', expiresAt: '2026-12-01T00:00:00Z', note: 'known' },
        stateDigest: 'a'.repeat(64),
      },
    ],
    [{ id, kind: 'resolve', note: 'by hand' }],
  ])('takes %j', async (request) => {
    expect((await api.post(`${path}/decisions`, request)).status).toBe(200);
  });

  it.each([
    [{ kind: 'approve' }, '/id'],
    [{ id: 'x', kind: 'approve' }, '/id'],
    [{ id, kind: 'approve', runbook: 'rm -rf' }, '/runbook'],
    [{ id, kind: 'approve', parameters: { Port: 1 } }, '/parameters/Port'],
    [{ id, kind: 'approve', parameters: { port: {} } }, '/parameters/port'],
    [{ id, kind: 'approve', actor: ada }, '/actor'],
    [{ id, kind: 'approve', 'a/b~c': 1 }, '/a~1b~0c'],
    [{ id, kind: 'approve', note: 'x' }, '/note'],
    [{ id, kind: 'approve', note: 'x'.repeat(2_001) }, '/note'],
    [{ id, kind: 'obliterate' }, '/kind'],
    [{ id }, '/kind'],
    [{ id, kind: 'reject' }, '/note'],
    [{ id, kind: 'snooze', until: 'tomorrow' }, '/until'],
    [{ id, kind: 'snooze' }, '/until'],
    [{ id, kind: 'accept', note: 'why' }, '/expiresAt'],
    [
      { id, kind: 'accept', expiresAt: '2026-12-01T00:00:00Z', note: 'why', stateDigest: 'x' },
      '/stateDigest',
    ],
    [{ id, kind: 'resolve', note: 7 }, '/note'],
    [[], ''],
    ['approve', ''],
    [null, ''],
  ])('refuses %j and tells nobody', async (request, pointer) => {
    const problem = await problemOf(await api.post(`${path}/decisions`, request));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(problem.errors).toContainEqual({ in: 'body', pointer, message: expect.any(String) as string });
    expect(api.recorded).toEqual([]);
  });

  it.each(decisionRefusals)('answers the refusal %s with its status', async (code) => {
    const ports = fakePorts([]);
    const messenger = {
      ...ports.messenger,
      decide: () => Promise.reject(new ApiProblem(code, 'The incident says no.')),
    };
    const other = await startTestApi({ messenger });
    const problem = await problemOf(await other.post(`${path}/decisions`, { id, kind: 'approve' }));
    await other.close();
    expect(problem).toMatchObject({
      code,
      status: problemKinds[code].status,
      detail: 'The incident says no.',
    });
    expect([403, 409, 422]).toContain(problem.status);
  });

  it('says whether the incident is closed or never was', async () => {
    const request = { id, kind: 'resolve', note: 'by hand' };
    expect(await problemOf(await api.post(`${unknown}/decisions`, request))).toMatchObject({
      code: 'incident_not_found',
    });
    const known = { list: async () => ({ items: [] }), get: async () => buildStory() };
    const other = await startTestApi({ incidents: known });
    expect(await problemOf(await other.post(`${unknown}/decisions`, request))).toMatchObject({
      status: 409,
      code: 'incident_closed',
    });
    await other.close();
  });
});

describe.each([
  ['acknowledge', 'acknowledge', 'acknowledgedAt'],
  ['release-flapping', 'releaseFlapping', 'releasedAt'],
])('%s', (operation, call, field) => {
  const post = (headers: Record<string, string> = {}, body?: string) =>
    api.request(`${path}/${operation}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.operator}`, ...headers },
      ...(body !== undefined && { body }),
    });

  it('tells the incident who it was', async () => {
    const response = await post();
    expect(await response.json()).toEqual({ [field]: '2026-11-23T10:00:00.000Z' });
    expect(api.recorded).toEqual([{ call, args: [workflowId, ada, undefined] }]);
  });

  it('hands over the idempotency key', async () => {
    await post({ 'idempotency-key': 'abcdefgh-1' });
    expect(api.recorded).toEqual([{ call, args: [workflowId, ada, 'abcdefgh-1'] }]);
  });

  it('refuses a key or a body that does not fit', async () => {
    expect(await problemOf(await post({ 'idempotency-key': 'a/b' }))).toMatchObject({
      errors: [{ in: 'header' }],
    });
    const body = await post({ 'content-type': 'application/json' }, '{"force":true}');
    expect(await problemOf(body)).toMatchObject({ errors: [{ in: 'body', pointer: '' }] });
    expect((await post({ 'content-type': 'application/json' }, '{}')).status).toBe(200);
    expect(api.recorded).toHaveLength(1);
  });

  it('says so where there is no such incident', async () => {
    expect(await problemOf(await api.post(`${unknown}/${operation}`))).toMatchObject({
      code: 'incident_not_found',
    });
  });
});
