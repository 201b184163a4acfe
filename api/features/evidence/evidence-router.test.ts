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
    witnesses: [{ name: 'malachor.dev/witness/main-street/box', cosigned: { entries: 3 } }],
  });
  expect(await (await api.request(`${site}/verify`)).json()).toMatchObject({ verified: true, from: 0 });
  expect(await (await api.request(`${site}/verify?scope=new`)).json()).toMatchObject({ from: 3 });
  expect((await api.request(`${site}/verify?scope=some`)).status).toBe(400);
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

it('gives the keys of a site to whoever may read it, and to nobody else', async () => {
  const response = await api.request(`${site}/keys`);
  expect(await response.json()).toEqual({
    keys: [expect.objectContaining({ keyId: 'a', appliance: 'box' })],
  });
  expect((await api.request(`${site}/keys`, { headers: {} })).status).toBe(401);
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

const record = {
  recordId: '6f0b3c1e-6f2e-4c0a-9d0a-0d6a2f3b7c11',
  envelope: { payloadType: 'x', payload: 'eA==', signatures: [{ keyid: 'k', sig: 'eA==' }] },
  disclosures: [],
};
const submit = (records: unknown[], where = site) => api.post(`${where}/submit`, { records });

it('takes signed records and says what became of each', async () => {
  expect(await (await submit([record])).json()).toEqual({
    settled: [{ recordId: record.recordId, outcome: 'taken', entry: 7 }],
  });
});

it('takes as much as an appliance hands over at a time, and no more', async () => {
  const large = { ...record, envelope: { ...record.envelope, payload: 'A'.repeat(1_000_000) } };
  expect((await submit([large])).status).toBe(200);
  const tooLarge = { ...record, envelope: { ...record.envelope, payload: 'A'.repeat(1_600_000) } };
  expect(await problemOf(await submit([tooLarge]))).toMatchObject({ code: 'body_too_large' });
});

it('refuses records that are none, and sites that are not enrolled', async () => {
  expect(await problemOf(await submit([{ ...record, recordId: 'x' }]))).toMatchObject({ status: 400 });
  expect(await problemOf(await submit([]))).toMatchObject({ status: 400 });
  const elsewhere = await submit([record], '/api/evidence/sites/no-such-site');
  expect(await problemOf(elsewhere)).toMatchObject({ code: 'site_not_found' });
});

it.each(['e', 'x1', 'e-1', 'e1e9', 'e9999999999'])('refuses the cursor %s', async (cursor) => {
  const response = await api.request(`${site}/bundles?cursor=${cursor}`);
  expect(await problemOf(response)).toMatchObject({ status: 400 });
});

it.each(['summary', 'verify', 'bundles'])('refuses %s of what is no site', async (operation) => {
  const problem = await problemOf(await api.request(`/api/evidence/sites/A_B/${operation}`));
  expect(problem).toMatchObject({ code: 'invalid_request', errors: [{ in: 'path', pointer: '/site' }] });
});
