import { createNodeHeaders } from './create-node-headers.ts';

const header = 'ab'.repeat(80);
const hash = 'cd'.repeat(32);
const headersOf = (answer: (method: string) => { status?: number; body: unknown }) =>
  createNodeHeaders({
    url: 'http://node.example/',
    user: 'reader',
    password: 'not in any message',
    timeoutMs: 1_000,
    fetch: async (_, { body, headers }) => {
      expect(headers).toMatchObject({ authorization: `Basic ${btoa('reader:not in any message')}` });
      const { method } = JSON.parse(body as string) as { method: string };
      const { status = 200, body: reply } = answer(method);
      return new Response(typeof reply === 'string' ? reply : JSON.stringify(reply), { status });
    },
  });

test('a header is asked for by its height', async () => {
  const results: Record<string, unknown> = { getblockhash: hash, getblockheader: header, getblockcount: 9 };
  const headers = headersOf((method) => ({ body: { result: results[method], error: null } }));
  expect(await headers.headerAt(5)).toBe(header);
  expect(await headers.tip()).toBe(9);
});

test.each([
  [
    'Bitcoin Core',
    { status: 500, body: { result: null, error: { code: -8, message: 'Block height out of range' } } },
  ],
  ['btcd', { body: { result: null, error: { code: -1, message: 'Block number out of range' } } }],
])('above the tip there is no header, as %s says it', async (_, refusal) => {
  const headers = headersOf((method) => (method === 'getblockcount' ? { body: { result: 4 } } : refusal));
  expect(await headers.headerAt(5)).toBeUndefined();
});

test.each<[string, { status?: number; body: unknown }]>([
  ['refuses the login', { status: 401, body: '' }],
  ['answers with rubbish', { body: 'rubbish' }],
  ['answers with a header that is none', { body: { result: 'ab' } }],
  [
    'is still starting',
    { status: 500, body: { result: null, error: { code: -28, message: 'Loading block index' } } },
  ],
])('when the node %s, the error says so and shows no password', async (_, answer) => {
  const error: unknown = await headersOf(() => answer)
    .headerAt(5)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'headers_unavailable',
    message: expect.stringMatching(/^The Bitcoin node/) as unknown,
  });
  expect(String(error)).not.toContain('not in any message');
});
