import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHex } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { startAuthority, type TestAuthority } from '../../test/anchor/start-authority.ts';
import { createTimestampAuthority } from './create-timestamp-authority.ts';

let running: TestAuthority;
beforeAll(async () => {
  running = await startAuthority();
}, 60_000);
afterEach(() => {
  running.instead = undefined;
});
afterAll(() => {
  running.stop();
});

const authority = (root = 'root.der') =>
  createTimestampAuthority({
    url: running.url,
    trusted: [new Uint8Array(readFileSync(join(running.directory, root)))],
    timeoutMs: 20_000,
    fetch,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  });
const digest = decodeHex(sha256('batch')) ?? new Uint8Array();

test('OpenSSL answers our request, we verify its token, and so does it', async () => {
  for (let round = 0; round < 5; round++) {
    const { proof, standings } = await authority().stamp(digest);
    expect(standings).toEqual([{ calendar: running.url, state: 'attested' }]);
    expect((await authority().look(proof, digest)).proof).toBe(proof);
    writeFileSync(join(running.directory, 'token'), proof);
    writeFileSync(join(running.directory, 'batch'), 'batch');
    const verdict = running.openssl(
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
  running.instead = (answer) => {
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
  running.instead = () => Buffer.from('30053003020102', 'hex');
  await expect(authority().stamp(digest)).rejects.toMatchObject({
    code: 'authority_unavailable',
    message: expect.stringContaining('refused with status 2') as unknown,
  });
  running.instead = () => Buffer.from('rubbish');
  await expect(authority().stamp(digest)).rejects.toMatchObject({ code: 'token_invalid' });
}, 60_000);

test('a token for another digest or by an authority that is not trusted is refused', async () => {
  const { proof } = await authority().stamp(digest);
  const other = decodeHex(sha256('other')) ?? new Uint8Array();
  await expect(authority().look(proof, other)).rejects.toMatchObject({ code: 'token_invalid' });
  const selfSigned = ['-newkey', 'rsa:2048', '-nodes', '-config', 'openssl.cnf', '-extensions', 'root'];
  running.openssl('req', '-x509', ...selfSigned, '-keyout', 'o.key', '-out', 'o.pem', '-subj', '/CN=Other');
  running.openssl('x509', '-in', 'o.pem', '-outform', 'DER', '-out', 'other.der');
  await expect(authority('other.der').look(proof, digest)).rejects.toMatchObject({ code: 'token_invalid' });
}, 60_000);
