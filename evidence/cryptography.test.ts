import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { getPublicKeyAsync, signAsync } from '@noble/ed25519';
import { decodeHex, encodeUtf8 } from './bytes.ts';
import { createSigner, generateKeyPair, KeyError, nodeCryptography, readPublicKey } from './node/ed25519.ts';
import { portableCryptography } from './portable/cryptography.ts';
import { fingerprintOf } from './signer.ts';
import { signerNamed } from './testing/sample-evidence.ts';

const hex = (text: string) => decodeHex(text)!;
const platforms = [
  ['Node', nodeCryptography],
  ['portable', portableCryptography],
] as const;

describe.each(platforms)('%s cryptography', (_, { sha256, verifyEd25519 }) => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('hashes "%s" as FIPS 180-4 says', (text, digest) => {
    expect(sha256(text)).toBe(digest);
  });

  it('hashes bytes and text of every length around the block size', () => {
    for (let length = 0; length < 140; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
      expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(sha256('é'.repeat(length))).toBe(createHash('sha256').update('é'.repeat(length)).digest('hex'));
    }
  });

  it('accepts test 3 of RFC 8032 section 7.1 and refuses it changed', async () => {
    const publicKey = hex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
    const signature = hex(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    );
    expect(await verifyEd25519(publicKey, hex('af82'), signature)).toBe(true);
    expect(await verifyEd25519(publicKey, hex('af83'), signature)).toBe(false);
  });

  it('refuses the second form a signature has with S + L, which would be a second text for one signature', async () => {
    const signer = signerNamed('malleable');
    const message = encodeUtf8('message');
    const signature = signer.sign(message);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let scalar = order + BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`);
    const other = Uint8Array.from(signature);
    for (let index = 32; index < 64; index++, scalar >>= 8n) other[index] = Number(scalar & 0xffn);
    expect(await verifyEd25519(signer.publicKey, message, signature)).toBe(true);
    expect(await verifyEd25519(signer.publicKey, message, other)).toBe(false);
  });

  it('says no, without an exception, to keys and signatures of any wrong form', async () => {
    const signer = signerNamed('form');
    const message = encodeUtf8('message');
    const notOnCurve = new Uint8Array(32).fill(0xff);
    expect(await verifyEd25519(notOnCurve, message, signer.sign(message))).toBe(false);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 70 }),
        fc.uint8Array({ maxLength: 70 }),
        async (key, signature) => {
          expect(await verifyEd25519(key, message, signature)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('Node and portable Ed25519', () => {
  it('sign alike and accept and refuse the same signatures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        fc.uint8Array({ maxLength: 300 }),
        fc.nat({ max: 64 * 8 - 1 }),
        async (name, message, bit) => {
          const signer = signerNamed(name);
          const seed = hex(nodeCryptography.sha256(name));
          expect(Buffer.from(await getPublicKeyAsync(seed))).toEqual(Buffer.from(signer.publicKey));
          const signature = Uint8Array.from(signer.sign(message));
          expect(Buffer.from(await signAsync(message, seed))).toEqual(Buffer.from(signature));
          const flipped = signature.with(bit >> 3, signature[bit >> 3]! ^ (1 << (bit & 7)));
          for (const [, { verifyEd25519 }] of platforms) {
            expect(await verifyEd25519(signer.publicKey, message, signature)).toBe(true);
            expect(await verifyEd25519(signer.publicKey, message, flipped)).toBe(false);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('key files', () => {
  it('give a signer whose public key the public file holds too', () => {
    const pair = generateKeyPair();
    const signer = createSigner(pair.privateKeyPem);
    expect(Buffer.from(readPublicKey(pair.publicKeyPem))).toEqual(Buffer.from(signer.publicKey));
    expect(Buffer.from(pair.publicKey)).toEqual(Buffer.from(signer.publicKey));
    const fingerprint = fingerprintOf(signer.publicKey, nodeCryptography.sha256);
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(signer.keyId).toBe(fingerprint.slice(0, 16));
  });

  it('are refused with a code where they are no Ed25519 keys', () => {
    expect(() => createSigner('nonsense')).toThrow(KeyError);
    expect(() => readPublicKey('nonsense')).toThrow(KeyError);
  });
});
