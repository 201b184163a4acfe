import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { decodeHex, encodeHex } from '../bytes.ts';
import { keccak256, sponge } from './keccak256.ts';
import { ripemd160 } from './ripemd160.ts';
import { sha1 } from './sha1.ts';

const nodeHash = (name: string) => (message: Uint8Array) => createHash(name).update(message).digest('hex');

test.each([
  ['SHA-1', sha1, nodeHash('sha1')],
  ['RIPEMD-160', ripemd160, nodeHash('ripemd160')],
  [
    'the sponge of Keccak with the padding of SHA-3',
    (m: Uint8Array) => sponge(m, 0x06),
    nodeHash('sha3-256'),
  ],
])('%s gives what OpenSSL gives, over every border of blocks', (_, ours, theirs) => {
  for (let length = 0; length <= 300; length++) {
    const message = Uint8Array.from({ length }, (__, index) => (index * 7 + length) % 256);
    expect(encodeHex(ours(message))).toBe(theirs(message));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (message) => {
      expect(encodeHex(ours(message))).toBe(theirs(message));
    }),
  );
});

/** From the tests of python-opentimestamps. */
test.each([
  ['', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
  ['80', '56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'],
])('Keccak-256 of %j is that of the reference', (message, digest) => {
  expect(encodeHex(keccak256(decodeHex(message) ?? new Uint8Array()))).toBe(digest);
});
