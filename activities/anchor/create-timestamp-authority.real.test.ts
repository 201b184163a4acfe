import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { decodeHex } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { createTimestampAuthority } from './create-timestamp-authority.ts';

/** An authority by OpenSSL: it reads our requests and makes the answers, and verifies the tokens after us. */
let directory: string;
let server: Server;
let url: string;
/** What the authority answers, in place of OpenSSL's answer. */
let instead: ((answer: Buffer) => Buffer) | undefined;

const configuration = `
[req]
distinguished_name=name
[name]
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
[authority]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[tsa]
serial=serial
default_policy=1.2.3.4.1
digests=sha256
signer_digest=sha256
ess_cert_id_alg=sha256
`;
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });

beforeAll(async () => {
  directory = mkdtempSync(join(process.env['MALACHOR_TEST_DATA'] ?? '', 'authority-'));
  writeFileSync(join(directory, 'openssl.cnf'), configuration);
  writeFileSync(join(directory, 'serial'), '01\n');
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-config', 'openssl.cnf'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-subj',
    '/CN=Root',
    '-extensions',
    'root',
  );
  openssl('x509', '-in', 'root.pem', '-outform', 'DER', '-out', 'root.der');
  openssl('req', '-new', ...newKey, '-keyout', 'tsa.key', '-out', 'tsa.csr', '-subj', '/CN=Clock');
  const issue = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-extfile', 'openssl.cnf'];
  openssl('x509', '-req', '-in', 'tsa.csr', ...issue, '-extensions', 'authority', '-out', 'tsa.pem');
  server = createServer((request, response) => {
    void buffer(request).then((query) => {
      writeFileSync(join(directory, 'query'), query);
      const signer = ['-signer', 'tsa.pem', '-inkey', 'tsa.key'];
      openssl(
        'ts',
        '-reply',
        '-config',
        'openssl.cnf',
        '-section',
        'tsa',
        '-queryfile',
        'query',
        ...signer,
        '-out',
        'reply',
      );
      const answer = readFileSync(join(directory, 'reply'));
      response
        .setHeader('content-type', 'application/timestamp-reply')
        .end(instead ? instead(answer) : answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}, 60_000);

afterEach(() => {
  instead = undefined;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const authority = (root = 'root.der') =>
  createTimestampAuthority({
    url,
    trusted: [new Uint8Array(readFileSync(join(directory, root)))],
    timeoutMs: 20_000,
    fetch,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  });
const digest = decodeHex(sha256('batch')) ?? new Uint8Array();

test('OpenSSL answers our request, we verify its token, and so does it', async () => {
  for (let round = 0; round < 5; round++) {
    const { proof, standings } = await authority().stamp(digest);
    expect(standings).toEqual([{ calendar: url, state: 'attested' }]);
    expect((await authority().look(proof, digest)).proof).toBe(proof);
    writeFileSync(join(directory, 'token'), proof);
    writeFileSync(join(directory, 'batch'), 'batch');
    const verdict = openssl(
      'ts',
      '-verify',
      '-token_in',
      '-in',
      'token',
      '-data',
      'batch',
      '-CAfile',
      'root.pem',
    );
    expect(verdict.toString()).toContain('Verification: OK');
  }
}, 60_000);

test('the answer to an earlier request is refused', async () => {
  const earlier: Buffer[] = [];
  instead = (answer) => {
    earlier.push(answer);
    return earlier[0] ?? answer;
  };
  await authority().stamp(digest);
  await expect(authority().stamp(digest)).rejects.toMatchObject({
    code: 'token_invalid',
    message: expect.stringContaining('does not answer this request') as unknown,
  });
}, 60_000);

test('a refusal is told as one, and rubbish as rubbish', async () => {
  // TimeStampResp with status 2, rejection.
  instead = () => Buffer.from('30053003020102', 'hex');
  await expect(authority().stamp(digest)).rejects.toMatchObject({
    code: 'authority_unavailable',
    message: expect.stringContaining('refused with status 2') as unknown,
  });
  instead = () => Buffer.from('rubbish');
  await expect(authority().stamp(digest)).rejects.toMatchObject({ code: 'token_invalid' });
}, 60_000);

test('a token for another digest or by an authority that is not trusted is refused', async () => {
  const { proof } = await authority().stamp(digest);
  const other = decodeHex(sha256('other')) ?? new Uint8Array();
  await expect(authority().look(proof, other)).rejects.toMatchObject({ code: 'token_invalid' });
  const selfSigned = ['-newkey', 'rsa:2048', '-nodes', '-config', 'openssl.cnf', '-extensions', 'root'];
  openssl('req', '-x509', ...selfSigned, '-keyout', 'o.key', '-out', 'o.pem', '-subj', '/CN=Other');
  openssl('x509', '-in', 'o.pem', '-outform', 'DER', '-out', 'other.der');
  await expect(authority('other.der').look(proof, digest)).rejects.toMatchObject({ code: 'token_invalid' });
}, 60_000);
