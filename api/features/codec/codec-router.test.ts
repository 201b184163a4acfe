import type { Payload } from '@temporalio/common';
import { incidentWorkflowId } from '../../../contracts/ids.ts';
import { createPayloadCodec } from '../../../temporal/payload-codec.ts';
import { centralKeyring } from '../../../temporal/site-keys.ts';
import {
  fakePorts,
  masterKey,
  problemOf,
  startTestApi,
  tokens,
  webOrigin,
  type TestApi,
} from '../../testing/start-test-api.ts';

let api: TestApi;
let now = 0;
beforeEach(async () => {
  now = 0;
  api = await startTestApi({ ...fakePorts([]), now: () => now });
});
afterEach(() => api.close());

const worker = createPayloadCodec({ keyring: centralKeyring(masterKey) });
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('"a name"') };

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function toJson({ metadata, data }: Payload) {
  const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [
    name,
    Buffer.from(bytes).toString('base64'),
  ]);
  return {
    metadata: Object.fromEntries(entries) as Record<string, string>,
    data: Buffer.from(data ?? []).toString('base64'),
  };
}

async function encrypted() {
  const original = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"a name"') };
  const workflowId = incidentWorkflowId({ site: 'main-street', host: 'h', check: 'linux.a.b' });
  const [payload] = await worker.encode([original], { type: 'workflow', namespace: 'malachor', workflowId });
  return toJson(payload!);
}

const decode = async (headers: Record<string, string>, payloads?: unknown) =>
  api.request('/codec/decode', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'malachor', ...headers },
    body: JSON.stringify({ payloads: payloads ?? [await encrypted()] }),
  });
const byToken = { authorization: `Bearer ${tokens.readonly}` };

/** Logs in as the form does and gives the cookie that a browser would keep. */
async function logIn(token: string): Promise<Response> {
  return api.request('/codec/login', {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin', origin: api.url },
    body: new URLSearchParams({ token }),
  });
}
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';

describe('decoding', () => {
  it('shows payloads to whoever has a token', async () => {
    expect(await (await decode(byToken)).json()).toEqual({ payloads: [plain] });
  });

  it('leaves alone what is in the clear, of an unknown key, altered or odd', async () => {
    const good = await encrypted();
    const foreign = {
      ...good,
      metadata: { ...good.metadata, 'malachor-key': base64('site/main-street/v9') },
    };
    const altered = { ...good, data: base64('short') };
    const odd = [{}, { data: null }, { metadata: null }];
    const body = await (await decode(byToken, [plain, foreign, altered, ...odd, good])).json();
    expect(body).toMatchObject({ payloads: [plain, foreign, altered, {}, {}, {}, plain] });
  });

  it('answers nobody without a token or session', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { cookie: 'malachor_codec=guess' }]) {
      expect(await problemOf(await decode(headers))).toMatchObject({ status: 401 });
    }
  });

  it.each([
    {},
    { payloads: {} },
    { payloads: [7] },
    { payloads: [{ data: '%' }] },
    { payloads: [], more: 1 },
  ])('refuses %j', async (body) => {
    const response = await api.request('/codec/decode', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...byToken },
      body: JSON.stringify(body),
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('never encodes', async () => {
    const response = await api.request('/codec/encode', { method: 'POST', headers: byToken });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    api.request('/codec/decode', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-namespace',
      },
    });

  it('may decode when they are Temporal Web', async () => {
    const allowed = await preflight(webOrigin);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(webOrigin);
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/content-type, x-namespace/i);
    const answer = await decode({ ...byToken, origin: webOrigin });
    expect(answer.headers.get('access-control-allow-origin')).toBe(webOrigin);
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it.each(['http://evil.example', 'http://127.0.0.1:8234', 'null', `${webOrigin}.evil.example`])(
    'may not otherwise, even with a token: %s',
    async (origin) => {
      for (const response of [await preflight(origin), await decode({ ...byToken, origin })]) {
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
        expect(await problemOf(response)).toMatchObject({ status: 403, code: 'forbidden' });
      }
    },
  );

  it('get no cross-origin answer from the rest of the API', async () => {
    const response = await api.request('/api/incidents', { headers: { ...byToken, origin: webOrigin } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('logging in for Temporal Web', () => {
  it('sets a cookie that scripts cannot read and other sites do not send, and that decodes', async () => {
    const response = await logIn(tokens.readonly);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/codec/login']);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).toMatch(/Path=\/codec/);
    expect(cookie).not.toContain(tokens.readonly);
    const decoded = await decode({ cookie: cookieOf(response), origin: webOrigin });
    expect(await decoded.json()).toEqual({ payloads: [plain] });
  });

  it('says what to do next, with the endpoint to enter', async () => {
    const cookie = cookieOf(await logIn(tokens.admin));
    const page = await (await api.request('/codec/login', { headers: { cookie } })).text();
    expect(page).toContain(`${api.url}/codec`);
    expect(page).not.toContain(tokens.admin);
  });

  it('opens nothing but the codec', async () => {
    const cookie = cookieOf(await logIn(tokens.admin));
    expect((await api.request('/api/incidents', { headers: { cookie } })).status).toBe(401);
  });

  it('ends after eight hours, and when told to', async () => {
    const first = cookieOf(await logIn(tokens.admin));
    now = 8 * 3_600_000;
    expect((await decode({ cookie: first })).status).toBe(401);
    const second = cookieOf(await logIn(tokens.admin));
    expect((await decode({ cookie: second })).status).toBe(200);
    await api.request('/codec/logout', { method: 'POST', redirect: 'manual', headers: { cookie: second } });
    expect((await decode({ cookie: second })).status).toBe(401);
  });

  it('refuses wrong tokens with the form, and in the end makes the sender wait', async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 21; attempt += 1) statuses.push((await logIn('<b>wrong</b>')).status);
    expect(statuses).toEqual([...Array<number>(20).fill(401), 429]);
    const page = await logIn('<b>wrong</b>');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).not.toContain('<b>');
  });

  it('is done by its own form, whose origin browsers call null under our referrer policy', async () => {
    const response = await api.request('/codec/login', {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'same-origin', origin: 'null' },
      body: new URLSearchParams({ token: tokens.admin }),
    });
    expect(response.status).toBe(303);
  });

  it('is not done by pages of other sites', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: webOrigin },
    ]) {
      const response = await api.request('/codec/login', {
        method: 'POST',
        headers,
        body: new URLSearchParams({ token: tokens.admin }),
      });
      expect(await problemOf(response)).toMatchObject({ status: 403 });
    }
  });

  it('shows a form that runs nothing and posts only here', async () => {
    const response = await api.request('/codec/login');
    const policy = response.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(await response.text()).toContain('method="post"');
  });

  it('marks the cookie for TLS only where there is TLS', async () => {
    const secure = await startTestApi({}, { isTls: true });
    const response = await secure.request('/codec/login', {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ token: tokens.admin }),
    });
    expect(response.headers.get('set-cookie')).toMatch(/; Secure/);
    await secure.close();
    expect((await logIn(tokens.admin)).headers.get('set-cookie')).not.toMatch(/Secure/);
  });
});
