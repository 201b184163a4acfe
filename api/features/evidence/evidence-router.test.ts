import { problemOf, startTestApi, type TestApi } from '../../testing/start-test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

const site = '/api/evidence/sites/main-street';

it('summarises and verifies a ledger', async () => {
  expect(await (await api.request(`${site}/summary`)).json()).toMatchObject({
    site: 'main-street',
    entries: 3,
  });
  expect(await (await api.request(`${site}/verify`)).json()).toMatchObject({ verified: true, entries: 3 });
});

it('gives the public key and the history of keys to anybody', async () => {
  const response = await api.request('/api/evidence/public-key', { headers: {} });
  expect(await response.json()).toEqual({
    keyId: 'k',
    algorithm: 'Ed25519',
    pem: 'PEM',
    keys: [expect.objectContaining({ keyId: 'k', purpose: 'evidence' })],
  });
});

it('pages through all bundles, each once', async () => {
  const entries: number[] = [];
  let cursor: string | undefined;
  do {
    const query: string = cursor === undefined ? '' : `&cursor=${cursor}`;
    const page = (await (await api.request(`${site}/bundles?limit=2${query}`)).json()) as {
      items: { entry: number }[];
      nextCursor?: string;
    };
    entries.push(...page.items.map(({ entry }) => entry));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(entries).toEqual([0, 1, 2]);
});

it.each(['e', 'x1', 'e-1', 'e1e9', 'e9999999999'])('refuses the cursor %s', async (cursor) => {
  const response = await api.request(`${site}/bundles?cursor=${cursor}`);
  expect(await problemOf(response)).toMatchObject({ status: 400 });
});

it.each(['summary', 'verify', 'bundles'])('refuses %s of what is no site', async (operation) => {
  const problem = await problemOf(await api.request(`/api/evidence/sites/A_B/${operation}`));
  expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ in: 'path', pointer: '/site' }] });
});
