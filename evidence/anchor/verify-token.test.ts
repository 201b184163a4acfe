import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeHex } from '../bytes.ts';
import { sha256 } from '../node/hasher.ts';
import { createTokenVerifier } from './verify-token.ts';

/** Made with `openssl ts` of OpenSSL 3.0 over the eight bytes `malachor`; certificates last a hundred years. */
const read = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, 'testdata', name)));
const digest = decodeHex(sha256('malachor')) ?? new Uint8Array();
const root = read('ca.der');

test.each(['rsa', 'ec'])('a token by OpenSSL with an %s key is verified up to its root', async (kind) => {
  expect(await createTokenVerifier([root])(read(`${kind}.token`), digest)).toEqual({
    ok: true,
    time: expect.stringMatching(/^2026-11-27T07:0/) as unknown,
    authority: `Example, Example Time-Stamping ${kind}`,
    isTrusted: true,
  });
});

test('without roots it is verified by its own certificate and called not trusted', async () => {
  const verification = await createTokenVerifier()(read('rsa.token'), digest);
  expect(verification).toMatchObject({ ok: true, isTrusted: false });
});

test('a token that leads to another root is refused', async () => {
  expect(await createTokenVerifier([read('other-ca.der')])(read('rsa.token'), digest)).toEqual({
    ok: false,
    code: 'token_invalid',
    reason: 'The certificate does not lead to a trusted authority.',
  });
  expect(await createTokenVerifier([])(read('rsa.token'), digest)).toMatchObject({ ok: false });
});

test('a token about something else is refused', async () => {
  const other = decodeHex(sha256('other')) ?? new Uint8Array();
  expect(await createTokenVerifier([root])(read('rsa.token'), other)).toMatchObject({
    ok: false,
    reason: 'The token is about something else.',
  });
});

test('a signature that rests on SHA-1 is refused', async () => {
  expect(await createTokenVerifier([root])(read('sha1.token'), digest)).toMatchObject({
    ok: false,
    reason: 'The signature rests on a hash that is not strong enough.',
  });
});

test('a token without its certificate is refused, since nobody could verify it later', async () => {
  expect(await createTokenVerifier([root])(read('nocert.token'), digest)).toMatchObject({
    ok: false,
    reason: "The signer's certificate is not in the token.",
  });
});

test.each(['', '30', '3000', '0500', 'ff'.repeat(50)])('%j is no token', async (hex) => {
  expect(await createTokenVerifier([root])(decodeHex(hex) ?? new Uint8Array(), digest)).toMatchObject({
    ok: false,
    code: 'token_malformed',
  });
});

test('with any one bit changed a token is refused, or says the same as before', async () => {
  const token = read('ec.token');
  const verify = createTokenVerifier([root]);
  const original = await verify(token, digest);
  let refused = 0;
  for (let position = 0; position < token.length; position += 29) {
    const altered = Uint8Array.from(token);
    altered[position] = (altered[position] ?? 0) ^ (1 << (position % 8));
    const verification = await verify(altered, digest);
    if (verification.ok) expect(verification).toEqual(original);
    else refused++;
  }
  expect(refused).toBeGreaterThan(30);
});

test('with something cut off or added it is no token', async () => {
  const token = read('ec.token');
  for (const altered of [token.subarray(0, -1), Uint8Array.of(...token, 0)]) {
    expect(await createTokenVerifier([root])(altered, digest)).toMatchObject({ code: 'token_malformed' });
  }
});
