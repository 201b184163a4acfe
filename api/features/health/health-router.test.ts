import { startTestApi, type TestApi } from '../../testing/start-test-api.ts';

const up = async () => undefined;
const down = () => Promise.reject(new Error('ECONNREFUSED at a secret address'));

async function withProbes(
  probes: { postgres: () => Promise<void>; temporal: () => Promise<void> },
  test: (api: TestApi) => Promise<void>,
): Promise<void> {
  const api = await startTestApi({ probes });
  try {
    await test(api);
  } finally {
    await api.close();
  }
}

it('is up, for GET and HEAD, without a token', () =>
  withProbes({ postgres: up, temporal: up }, async (api) => {
    const response = await api.request('/health', { headers: {} });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      status: 'up',
      parts: { postgres: { up: true }, temporal: { up: true } },
    });
    const head = await api.request('/health', { method: 'HEAD', headers: {} });
    expect([head.status, await head.text()]).toEqual([200, '']);
  }));

it.each([
  [
    { postgres: down, temporal: up },
    { postgres: { up: false }, temporal: { up: true } },
  ],
  [
    { postgres: up, temporal: down },
    { postgres: { up: true }, temporal: { up: false } },
  ],
])('is 503 and names the part that is away, and no address', (probes, parts) =>
  withProbes(probes, async (api) => {
    const response = await api.request('/health');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'degraded', parts });
    expect((await api.request('/health', { method: 'HEAD' })).status).toBe(503);
  }),
);

it('asks the parts once however many ask at a time', async () => {
  let asked = 0;
  let answer: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const postgres = () => {
    asked += 1;
    return gate;
  };
  await withProbes({ postgres, temporal: up }, async (api) => {
    let arrived = 0;
    const calls = Array.from({ length: 5 }, () => api.request('/health').finally(() => (arrived += 1)));
    // The public key needs no part: its answer shows that the requests before it are being worked on.
    await api.request('/api/evidence/public-key');
    expect(arrived).toBe(0);
    answer();
    await Promise.all(calls);
    expect(asked).toBeLessThan(5);
  });
});
