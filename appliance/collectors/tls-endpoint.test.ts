import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createSecureContext, createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { Facts } from '../../contracts/facts.ts';
import { told } from '../../domain/facts/testing/told.ts';
import { buildCertificate, type BuiltCertificate } from './testing/build-certificate.ts';
import { createTlsEndpointCollector } from './tls-endpoint.ts';

const authority = buildCertificate({ commonName: 'Practice authority', names: [] });
const good = buildCertificate({ commonName: 'ehr.practice.example', issuer: authority });
const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const serve = ({ certificate, key }: BuiltCertificate, options: TlsOptions = {}) =>
  listen(createTlsServer({ cert: certificate, key, ...options }).on('tlsClientError', () => undefined));

const never = new AbortController().signal;
const collector = createTlsEndpointCollector({ now: Date.now, authorities: () => [authority.certificate] });
async function look(port: number, parameters: Record<string, string | number> = {}): Promise<Facts> {
  const facts = await collector(
    { port, server_name: 'ehr.practice.example', timeout_ms: 2_000, ...parameters },
    never,
    {
      address: '127.0.0.1',
    },
  );
  return told(facts);
}

test('a good certificate is told with all that matters', async () => {
  expect(await look(await serve(good))).toEqual({
    state: 'open',
    tls: true,
    protocol: 'TLSv1.3',
    cipher: expect.stringContaining('AES') as string,
    chain_verified: true,
    subject: 'CN=ehr.practice.example',
    issuer: 'CN=Practice authority',
    names: ['DNS:ehr.practice.example'],
    not_before: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    not_after: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    days_left: 89,
    self_signed: false,
    key_type: 'ec',
    key_bits: 256,
    signature_algorithm: 'ecdsa-with-SHA256',
    fingerprint_sha256: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
    name_matches: true,
    weak: [],
    accepts_old_tls: false,
  });
});

test('an expired certificate tells how long ago, and its chain does not verify', async () => {
  const expired = buildCertificate({
    commonName: 'ehr.practice.example',
    issuer: authority,
    notBefore: new Date(Date.now() - 86_400_000 * 30),
    notAfter: new Date(Date.now() - 86_400_000 * 2.5),
  });
  expect(await look(await serve(expired))).toMatchObject({
    days_left: -3,
    chain_verified: false,
    chain_error: 'CERT_HAS_EXPIRED',
  });
});

test('who signed itself, and whom nobody known signed, do not verify, with the reason', async () => {
  const alone = buildCertificate({ commonName: 'ehr.practice.example' });
  expect(await look(await serve(alone))).toMatchObject({
    self_signed: true,
    chain_verified: false,
    chain_error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    name_matches: true,
  });
  const stranger = buildCertificate({
    commonName: 'ehr.practice.example',
    issuer: buildCertificate({ commonName: 'Stranger', names: [] }),
  });
  expect(await look(await serve(stranger))).toMatchObject({
    self_signed: false,
    chain_verified: false,
    chain_error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});

test('a name that the certificate is not for is told apart from the chain', async () => {
  const port = await serve(good);
  expect(await look(port, { server_name: 'other.practice.example' })).toMatchObject({
    name_matches: false,
    chain_verified: true,
  });
  expect(await look(port, { server_name: '' })).toMatchObject({ name_matches: false, chain_verified: true });
  const byAddress = buildCertificate({ commonName: 'x', names: ['127.0.0.1'], issuer: authority });
  expect(await look(await serve(byAddress), { server_name: '' })).toMatchObject({ name_matches: true });
});

test('a short key, a signature with SHA-1 and an old protocol are seen, though no client should accept them', async () => {
  const weakRoot = buildCertificate({ commonName: 'Old authority', names: [], key: 'rsa-2048' });
  const weak = buildCertificate({
    commonName: 'ehr.practice.example',
    key: 'rsa-1024',
    hash: 'sha1',
    issuer: weakRoot,
  });
  const port = await serve(weak, {
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'ALL:@SECLEVEL=0',
  });
  expect(await look(port)).toMatchObject({
    protocol: 'TLSv1.1',
    accepts_old_tls: true,
    key_type: 'rsa',
    key_bits: 1_024,
    signature_algorithm: 'sha1WithRSAEncryption',
    weak: [
      'protocol TLSv1.1',
      'rsa key of 1024 bits: CN=ehr.practice.example',
      'signature sha1WithRSAEncryption: CN=ehr.practice.example',
    ],
  });
});

test('a server that prefers a new protocol and still takes an old one is found out', async () => {
  const port = await serve(good, { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
  expect(await look(port)).toMatchObject({ protocol: 'TLSv1.3', accepts_old_tls: true });
});

test('a second connection that fails for another reason does not make a server refuse old protocols', async () => {
  let connections = 0;
  const secureContext = createSecureContext({ cert: good.certificate, key: good.key });
  const port = await listen(
    createServer((socket) => {
      connections += 1;
      // The first is served; the second hears nothing.
      if (connections === 1)
        new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
    }),
  );
  const facts = await look(port, { timeout_ms: 500 });
  expect(connections).toBe(2);
  expect(facts).toMatchObject({ tls: true, protocol: 'TLSv1.3' });
  expect(facts).not.toHaveProperty('accepts_old_tls');
});

test('what there is nothing to tell of is null, so that no case of a check holds for it', async () => {
  const facts = await collector({ host: '127.0.0.1', port: 1, timeout_ms: 500 }, never);
  expect(facts).toMatchObject({ tls: null, weak: null, days_left: null, accepts_old_tls: null });
  const served = await collector({ host: '127.0.0.1', port: await serve(good) }, never);
  expect(Object.keys(facts).sort()).toEqual(Object.keys(served).sort());
});

test('a key of Ed25519 has no size and is not weak', async () => {
  const modern = buildCertificate({ commonName: 'ehr.practice.example', key: 'ed25519', issuer: authority });
  const facts = await look(await serve(modern));
  expect(facts).toMatchObject({ key_type: 'ed25519', weak: [], chain_verified: true });
  expect(facts).not.toHaveProperty('key_bits');
});

test('a port that refuses, one that speaks no TLS, one that hangs up and one that is silent are told apart', async () => {
  const closed = createServer();
  const port = await listen(closed);
  await new Promise((resolve) => servers.splice(servers.indexOf(closed), 1)[0]?.close(resolve));
  expect(await look(port)).toEqual({ state: 'refused' });

  const plain = await listen(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  expect(await look(plain)).toMatchObject({
    state: 'open',
    tls: false,
    tls_error: expect.stringMatching(/SSL/) as string,
  });

  const hangsUp = await listen(createServer((socket) => socket.destroy()));
  expect(await look(hangsUp)).toMatchObject({ state: 'open', tls: false });

  const mute = await listen(createServer());
  expect(await look(mute, { timeout_ms: 200 })).toEqual({
    state: 'open',
    tls: false,
    tls_error: 'the server did not answer in time',
  });
});

test('an abort ends it with its reason', async () => {
  const mute = await listen(createServer());
  const stop = new AbortController();
  const looking = collector({ port: mute, host: '127.0.0.1' }, stop.signal);
  const accepted = once(servers[0]!, 'connection');
  await accepted;
  stop.abort(new Error('the scan ended'));
  await expect(looking).rejects.toThrow('the scan ended');
});

/** A server that says `lines` in turn, one after each message, and then begins TLS. */
function speaking(...lines: (string | Buffer)[]): Promise<number> {
  const secureContext = createSecureContext({ cert: good.certificate, key: good.key });
  return listen(
    createServer((socket) => {
      const left = [...lines];
      const say = () => {
        const line = left.shift();
        if (line !== undefined && line !== '') socket.write(line);
        if (left.length > 0) return;
        socket.off('data', say);
        const secure = new TLSSocket(socket, { isServer: true, secureContext });
        secure.on('error', () => undefined);
      };
      socket.on('data', say);
      // Those who greet do it first.
      if (lines.length > 0 && lines[0] !== '') say();
      else left.shift();
    }),
  );
}

/** A handshake of MySQL's protocol 10, with the lower half of the capabilities. */
function mysqlGreeting(capabilities: number): Buffer {
  const payload = Buffer.concat([
    Buffer.from([10]),
    Buffer.from('8.4.0\0'),
    Buffer.alloc(13),
    Buffer.from([capabilities & 255, capabilities >> 8]),
    Buffer.alloc(20),
  ]);
  return Buffer.concat([Buffer.from([payload.length, 0, 0, 0]), payload]);
}

test.each<[string, (string | Buffer)[]]>([
  ['smtp', ['220-hello\r\n220 mail ESMTP\r\n', '250-mail\r\n250-STARTTLS\r\n250 HELP\r\n', '220 go\r\n']],
  ['imap', ['* OK IMAP4rev2\r\n', '* BYE not yet\r\na1 OK begin\r\n']],
  ['postgres', ['', 'S']],
])('asks for TLS in %s, and gets to the certificate', async (starttls, lines) => {
  const port = await speaking(...lines);
  expect(await look(port, { starttls })).toMatchObject({ tls: true, subject: 'CN=ehr.practice.example' });
});

test('asks for TLS in mysql, and gets to the certificate', async () => {
  const secureContext = createSecureContext({ cert: good.certificate, key: good.key });
  const requests: Buffer[] = [];
  const port = await listen(
    createServer((socket) => {
      socket.write(mysqlGreeting(0xffff));
      socket.once('data', (request) => {
        // The request and the beginning of the handshake may come together.
        requests.push(request.subarray(0, 36));
        socket.pause();
        if (request.length > 36) socket.unshift(request.subarray(36));
        new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
      });
    }),
  );
  expect(await look(port, { starttls: 'mysql' })).toMatchObject({
    tls: true,
    subject: 'CN=ehr.practice.example',
  });
  expect(requests[0]?.subarray(0, 6)).toEqual(Buffer.from([32, 0, 0, 1, 0x00, 0x8a]));
});

test.each<[string, (string | Buffer)[]]>([
  ['smtp', ['220 mail\r\n', '250-mail\r\n250 HELP\r\n', 'never']],
  ['smtp', ['220 mail\r\n', '250-mail\r\n250 STARTTLS\r\n', '454 not now\r\n', 'never']],
  ['imap', ['* OK\r\n', 'a1 BAD what\r\n', 'never']],
  ['postgres', ['', 'N', 'never']],
  ['mysql', [mysqlGreeting(0xf7ff), 'never']],
])('a server of %s that offers no TLS is told as such', async (starttls, lines) => {
  expect(await look(await speaking(...lines), { starttls })).toEqual({
    state: 'open',
    tls: false,
    tls_error: 'not_offered',
  });
});

test.each<[string, (string | Buffer)[], RegExp]>([
  ['smtp', ['SSH-2.0-OpenSSH\r\n220 x\r\n', 'never'], /says more than it may/],
  ['smtp', ['SSH-2.0-OpenSSH\r\n', 'never'], /no reply of SMTP/],
  ['smtp', ['554 no\r\n', 'never'], /no greeting of SMTP/],
  ['imap', ['220 mail\r\n', 'never'], /no greeting of IMAP/],
  ['postgres', ['', 'E', 'never'], /no answer of PostgreSQL/],
  ['postgres', ['', 'Sinjected', 'never'], /says more than it may/],
  [
    'smtp',
    ['220 mail\r\n', '250 STARTTLS\r\n', '220 go\r\n250 injected\r\n', 'never'],
    /says more than it may/,
  ],
  ['mysql', ['\x05\0\0\0hello', 'never'], /no handshake of MySQL/],
  ['smtp', ['x'.repeat(20_000), 'never'], /says more than it may/],
])(
  'a server that does not speak %s as it should is not trusted with a handshake',
  async (starttls, lines, error) => {
    expect(await look(await speaking(...lines), { starttls })).toEqual({
      state: 'open',
      tls: false,
      tls_error: expect.stringMatching(error) as string,
    });
  },
);

test.each([
  [{ port: 0 }, /port is not a whole number/],
  [{ port: 443, host: 'a b' }, /"a b" is not a host/],
  [{ port: 443, host: 'x.example:80' }, /is not a host/],
  [{ port: 443, starttls: 'ldap' }, /starttls is none of/],
  [{ port: 443, server_name: '-' }, /"-" is not a server's name/],
])('refuses %j', async (parameters, reason) => {
  await expect(look(443, parameters)).rejects.toThrow(reason);
});
