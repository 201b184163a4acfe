import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { problemKinds } from '../contracts/api/problem.ts';
import { routes } from '../contracts/api/routes.ts';
import { PersistenceError } from '../persistence/persistence-error.ts';
import {
  fakePorts,
  knownIncident,
  problemOf,
  startTestApi,
  tokens,
  type TestApi,
} from './testing/start-test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const examples = {
  id: knownIncident,
  site: 'main-street',
  host: 'front-desk',
  check: 'linux.ssh.root_login',
};
const urlOf = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => examples[name as keyof typeof examples]);
const guarded = routes.filter(({ access }) => access !== 'public');
const acting = routes.filter(({ access }) => access === 'act');
const label = ({ method, path }: { method: string; path: string }) => `${method.toUpperCase()} ${path}`;

describe.each(guarded.map((route) => [label(route), route] as const))('%s', (_name, { method, path }) => {
  const call = (headers: Record<string, string>) =>
    api.request(urlOf(path), { method: method.toUpperCase(), headers });

  it('asks for a token', async () => {
    const response = await call({});
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="malachor"');
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'not_authenticated' });
    expect(api.recorded).toEqual([]);
  });

  it.each([
    'Bearer wrong-token',
    'Basic YWRtaW46',
    'Bearer',
    `Token ${tokens.admin}`,
    `Bearer ${tokens.admin}x`,
  ])('refuses %j', async (authorization) => {
    expect(await problemOf(await call({ authorization }))).toMatchObject({ code: 'not_authenticated' });
    expect(api.recorded).toEqual([]);
  });
});

describe.each(acting.map((route) => [label(route), route] as const))('%s', (_name, { method, path }) => {
  it('is not for people who may only read', async () => {
    const response =
      method === 'put'
        ? await api.put(urlOf(path), {}, 'readonly')
        : await api.post(urlOf(path), {}, 'readonly');
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'role_not_allowed' });
    expect(api.recorded).toEqual([]);
  });
});

describe.each([...new Set(routes.map(({ path }) => path))])('%s', (path) => {
  const known = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
  // As `/checks/diff` is one of `/checks/{check}`, too.
  const alsoTakenBy = (url: string) =>
    routes
      .filter((route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url))
      .map(({ method }) => method.toUpperCase());

  it('names the methods it has when asked by another', async () => {
    const taken = [...known, ...alsoTakenBy(urlOf(path))];
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => !taken.includes(method));
    for (const method of others) {
      const response = await api.request(urlOf(path), { method });
      const allowed = response.headers.get('allow')?.split(', ') ?? [];
      expect(await problemOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
      expect(allowed.filter((name) => name !== 'HEAD')).toEqual(known);
    }
  });
});

describe('bodies', () => {
  const path = `/api/incidents/${knownIncident}/decisions`;
  const send = (body: string, type?: string, more: Record<string, string> = {}) =>
    api.request(path, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${tokens.operator}`, ...(type && { 'content-type': type }), ...more },
    });

  it('must be JSON', async () => {
    for (const body of ['{', 'nonsense', '{"a":1,}', '\u0000']) {
      expect(await problemOf(await send(body, 'application/json'))).toMatchObject({ code: 'malformed_json' });
    }
  });

  it('must say so', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      expect(await problemOf(await send('{}', type))).toMatchObject({ code: 'unsupported_media_type' });
    }
  });

  it('must not be compressed or in another character set', async () => {
    const zipped = await send('{}', 'application/json', { 'content-encoding': 'gzip' });
    expect(await problemOf(zipped)).toMatchObject({ code: 'unsupported_media_type' });
    const latin = await send('{}', 'application/json; charset=iso-8859-1');
    expect(await problemOf(latin)).toMatchObject({ code: 'unsupported_media_type' });
  });

  it('must not be larger than 64 KiB', async () => {
    const response = await send(JSON.stringify({ note: 'x'.repeat(70_000) }), 'application/json');
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it('must be there', async () => {
    const problem = await problemOf(await send(''));
    expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ in: 'body', pointer: '' }] });
  });

  it('never lead to a server error, whatever they are', async () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json({ maxDepth: 6 }).map((text) => `{"kind":"approve","parameters":${text}}`),
      fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    );
    const paths = acting.map((route) => urlOf(route.path));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), anything, async (target, body) => {
        const response = await api.request(target, {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${tokens.operator}`, 'content-type': 'application/json' },
        });
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 150 },
    );
    // An empty JSON object is a valid scan, so only decisions prove that nothing got through.
    expect(api.recorded.filter(({ call }) => call === 'decide')).toEqual([]);
  });
});

describe('addresses', () => {
  it.each(['/', '/api', '/api/incidents/', '/API/incidents', '/api/nothing', '/codec', '/.env'])(
    'that mean nothing are 404: %s',
    async (path) => {
      expect(await problemOf(await api.request(path))).toMatchObject({ status: 404, code: 'no_such_route' });
    },
  );

  it('that are not well formed are 400', async () => {
    expect(await problemOf(await api.request('/api/incidents/%E0%A4%A'))).toMatchObject({
      status: 400,
      code: 'malformed_url',
    });
  });

  it('never lead to a server error, whatever they are', async () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('..', '%00', '%', '~', 'a~b~c.d', 'incident%2Fa%2Fb%2Fc'),
    );
    await fc.assert(
      fc.asyncProperty(piece, piece, async (name, query) => {
        const path = `/api/incidents/${encodeURI(name).replaceAll('?', '%3F')}?state=${encodeURIComponent(query)}`;
        expect((await api.request(path)).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
  });
});

describe('every answer', () => {
  it.each(['/health', '/api/incidents', '/nothing'])('of %s is private and inert', async (path) => {
    const { headers } = await api.request(path);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('errors of our own', () => {
  const logged: string[] = [];
  const logger = pino(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        logged.push(chunk.toString());
        done();
      },
    }),
  );

  it('are opaque and logged once', async () => {
    logged.length = 0;
    const sites = {
      listSites: () => Promise.reject(new Error('secret of the inside')),
      listHosts: async () => [],
    };
    const failing = await startTestApi({ sites, logger });
    const problem = await problemOf(await failing.request('/api/sites'));
    await failing.close();
    expect(problem).toMatchObject({ status: 500, code: 'internal_error' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    const lines = logged.filter((line) => line.includes('secret of the inside'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(problem.instance.replace('urn:uuid:', ''));
    expect(logged.join('')).not.toContain(tokens.admin);
  });

  it('include answers that do not fit their schema', async () => {
    const odd = { id: 'x', name: 7, enrolledAt: 'now' } as unknown as {
      id: string;
      name: string;
      enrolledAt: string;
    };
    const failing = await startTestApi({
      sites: { listSites: async () => [odd], listHosts: async () => [] },
    });
    expect(await problemOf(await failing.request('/api/sites'))).toMatchObject({ code: 'internal_error' });
    await failing.close();
  });

  it.each([
    ['unavailable', 'database_unavailable'],
    ['cursor_invalid', 'invalid_cursor'],
    ['site_unknown', 'site_not_found'],
    ['value_refused', 'internal_error'],
  ] as const)('of the database: %s is answered as %s', async (code, expected) => {
    const incidents = {
      list: () => Promise.reject(new PersistenceError(code, 'inside')),
      get: async () => undefined,
    };
    const failing = await startTestApi({ incidents });
    const problem = await problemOf(await failing.request('/api/incidents'));
    await failing.close();
    expect(problem).toMatchObject({ code: expected, status: problemKinds[expected].status });
    expect(problem.detail).not.toContain('inside');
  });
});

describe('wrong tokens', () => {
  it('make their sender wait, and only for a while', async () => {
    let now = 0;
    const limited = await startTestApi({ ...fakePorts([]), now: () => now }, { maxFailedAttempts: 3 });
    const status = async (token: string) =>
      (await limited.request('/api/sites', { headers: { authorization: `Bearer ${token}` } })).status;
    expect([await status('a'), await status('b'), await status('c')]).toEqual([401, 401, 401]);
    const refused = await limited.request('/api/sites');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: 'too_many_attempts' });
    now = 60_000;
    expect(await status(tokens.admin)).toBe(200);
    await limited.close();
  });
});
