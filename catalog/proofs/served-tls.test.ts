import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { join } from 'node:path';
import {
  buildCertificate,
  type BuiltCertificate,
} from '../../appliance/collectors/testing/build-certificate.ts';
import { createTlsEndpointCollector } from '../../appliance/collectors/tls-endpoint.ts';
import type { Catalog } from '../../contracts/catalog/catalog.ts';
import { judgeCheck, type Judgement } from '../../domain/catalog/judge-check.ts';
import { resolveParameters } from '../../domain/catalog/parameters.ts';
import { readCatalog } from '../read-catalog.ts';

/** The checks of what a host serves, judged from what the appliance's collector reads at a real TLS server. */
const authority = buildCertificate({ commonName: 'Practice authority', names: [] });
const lasting = (days: number) =>
  buildCertificate({
    commonName: 'ehr.practice.example',
    issuer: authority,
    notBefore: new Date(Date.now() - 200 * 86_400_000),
    notAfter: new Date(Date.now() + (days + 0.5) * 86_400_000),
  });
const collect = createTlsEndpointCollector({ now: Date.now, authorities: () => [authority.certificate] });
const servers: Server[] = [];
let catalog: Catalog;

beforeAll(async () => {
  catalog = await readCatalog(join(process.cwd(), 'catalog'));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve({ certificate, key }: BuiltCertificate, options: TlsOptions = {}): Promise<number> {
  const server = createServer({ cert: certificate, key, ...options }).on('tlsClientError', () => undefined);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function judge(id: string, port: number): Promise<Judgement> {
  const check = catalog.checks.get(id);
  if (!check) throw new TypeError(`the catalogue has no check ${id}`);
  const resolved = resolveParameters(check, { port });
  if (!resolved.ok) throw new TypeError('the parameters are not valid');
  const facts = await collect(resolved.values, new AbortController().signal, { address: '127.0.0.1' });
  return judgeCheck(check, { facts, unreadable: {} }, resolved.values);
}

test.each([
  [90, 'pass', /is sound for 90 days/u],
  [14, 'warning', /runs out in 14 days/u],
  [3, 'fail', /runs out in 3 days/u],
  [-5, 'fail', /has run out/u],
] as const)('a served certificate that lasts %s days is a %s', async (days, status, says) => {
  const found = await judge('linux.tls.served_certificate', await serve(lasting(days)));
  expect(found).toMatchObject({ status, message: expect.stringMatching(says) as string });
});

test('a served certificate with a short key is weak', async () => {
  const weak = buildCertificate({ commonName: 'ehr.practice.example', issuer: authority, key: 'rsa-1024' });
  const port = await serve(weak, { ciphers: 'DEFAULT@SECLEVEL=0' });
  expect(await judge('linux.tls.served_certificate', port)).toMatchObject({ status: 'fail' });
});

test('a port that takes TLS 1.1 is found, and one that does not passes', async () => {
  const old = await serve(lasting(90), { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
  expect(await judge('linux.tls.weak_protocols', old)).toMatchObject({
    status: 'fail',
    message: `Port ${old} accepts TLS 1.1 or older.`,
  });
  const modern = await serve(lasting(90), { minVersion: 'TLSv1.2' });
  expect(await judge('linux.tls.weak_protocols', modern)).toMatchObject({ status: 'pass' });
});

test.each(['linux.tls.served_certificate', 'linux.tls.weak_protocols'])(
  '%s has nothing to say about a port where nobody answers',
  async (id) => {
    const port = await serve(lasting(90));
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await judge(id, port)).toMatchObject({
      status: 'pass',
      message: `Nothing is served at port ${port}.`,
    });
  },
);
