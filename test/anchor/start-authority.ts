import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

/** A time-stamp authority (RFC 3161) by OpenSSL: it reads our requests, makes the answers, and can verify the tokens after us. */
export interface TestAuthority {
  url: string;
  /** Has its certificates: `root.pem` and `root.der`, which its own leads to. */
  directory: string;
  /** What it answers in place of OpenSSL's answer. */
  instead: ((answer: Buffer) => Buffer) | undefined;
  /** Runs OpenSSL in its directory. */
  openssl(...args: string[]): Buffer;
  stop(): void;
}

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
/** Starts an authority with keys of its own. */
export async function startAuthority(): Promise<TestAuthority> {
  const directory = mkdtempSync(join(process.env['MALACHOR_TEST_DATA'] ?? '', 'authority-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
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
  const server = createServer((request, response) => {
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
      response.setHeader('content-type', 'application/timestamp-reply').end(made.instead?.(answer) ?? answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const made: TestAuthority = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    directory,
    instead: undefined,
    openssl,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return made;
}
