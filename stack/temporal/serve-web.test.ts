import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../ports.ts';
import { serveTemporalWeb } from './serve-web.ts';

const settings = {
  Codec: { Endpoint: 'http://x/codec', IncludeCredentials: false },
  DisableWriteActions: false,
  Version: '2',
};
const upstream = createServer((request, response) => {
  if (request.url === '/api/v1/settings') response.end(JSON.stringify(settings));
  else response.writeHead(201, { 'x-own': 'kept' }).end(`${request.method ?? ''} ${request.url ?? ''}`);
});
let web: { stop(): Promise<void> };
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  web = await serveTemporalWeb({ port, upstreamPort: (upstream.address() as AddressInfo).port });
});
afterAll(async () => {
  await web.stop();
  upstream.close();
});

test('payloads are decoded with the session, and nothing can be written', async () => {
  const changed: unknown = await (await fetch(`${address}/api/v1/settings`)).json();
  expect(changed).toEqual({
    ...settings,
    DisableWriteActions: true,
    Codec: { Endpoint: 'http://x/codec', IncludeCredentials: true },
  });
});

test('all else passes as it is', async () => {
  const response = await fetch(`${address}/namespaces?a=1`, { method: 'POST', body: 'x' });
  expect([response.status, response.headers.get('x-own')]).toEqual([201, 'kept']);
  expect(await response.text()).toBe('POST /namespaces?a=1');
});

test('while the server is away it says so', async () => {
  const port = await freePort();
  const lonely = await serveTemporalWeb({ port, upstreamPort: await freePort() });
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(502);
  await lonely.stop();
});
