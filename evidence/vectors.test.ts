import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf8, encodeUtf8 } from './bytes.ts';
import { canonicalBytes, canonicalJson } from './canonical-json.ts';
import { preAuthEncoding } from './dsse.ts';
import { noteKeyHash, noteVerifierText, parseSignatureLines } from './note.ts';
import { verifyEd25519 } from './node/ed25519.ts';
import { sha256 } from './node/hasher.ts';

/** Vectors that others publish. */

describe('RFC 8785, testdata of github.com/cyberphone/json-canonicalization', () => {
  const vectors = JSON.parse(
    readFileSync(join(import.meta.dirname, 'testing/vectors/json-canonicalization.json'), 'utf8'),
  ) as { name: string; input: string; output: string }[];

  it.each(vectors)('$name', ({ input, output }) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output);
    expect(decodeUtf8(canonicalBytes(JSON.parse(input)))).toBe(output);
  });
});

test('DSSE: the signature of the protocol document verifies over our encoding, and over no other', () => {
  const base64url = (decimal: string) =>
    Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url');
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: base64url('46950820868899156662930047687818585632848591499744589407958293238635476079160'),
      y: base64url('5640078356564379163099075877009565129882514886557779369047442380624545832820'),
    },
  });
  const signature = Buffer.from(
    'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==',
    'base64',
  );
  const isValid = (message: Uint8Array) =>
    verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  expect(isValid(preAuthEncoding('http://example.com/HelloWorld', encodeUtf8('hello world')))).toBe(true);
  expect(isValid(preAuthEncoding('http://example.com/HelloWorld', encodeUtf8('hello world!')))).toBe(false);
  expect(isValid(preAuthEncoding('http://example.com/HelloWorl', encodeUtf8('hello world')))).toBe(false);
});

test('signed notes: the example of c2sp.org/signed-note verifies under its key', async () => {
  const text = 'This is an example message.\n';
  const [signature] = parseSignatureLines(
    '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  )!;
  const publicKey = Buffer.from('AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k', 'base64').subarray(1);
  expect(Buffer.from(signature!.keyHash).toString('hex')).toBe('530d903a');
  expect(noteKeyHash('example.com/foo', publicKey, sha256)).toEqual(new Uint8Array(signature!.keyHash));
  expect(noteVerifierText('example.com/foo', publicKey, sha256)).toBe(
    'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  );
  expect(await verifyEd25519(publicKey, encodeUtf8(text), signature!.signature)).toBe(true);
  expect(await verifyEd25519(publicKey, encodeUtf8(text.slice(1)), signature!.signature)).toBe(false);
});
