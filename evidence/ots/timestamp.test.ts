import fc from 'fast-check';
import { concatBytes, encodeHex } from '../bytes.ts';
import { sha256 } from '../node/hasher.ts';
import { attestedAlong, graft } from './build.ts';
import { mergeTimestamps } from './merge.ts';
import { OtsError } from './ots-error.ts';
import { anyAttestation, anyOperations, anyTimestamp } from './testing/any-timestamp.ts';
import { parseTimestamp, serializeTimestamp, type Timestamp } from './timestamp.ts';
import { attestationsOf, pruneTimestamp } from './walk.ts';

const message = Uint8Array.from({ length: 32 }, (_, index) => index);
const hexOf = (timestamp: Timestamp) => encodeHex(serializeTimestamp(timestamp));

test('any timestamp comes back from its bytes', () => {
  fc.assert(
    fc.property(anyTimestamp(message), (timestamp) => {
      expect(parseTimestamp(serializeTimestamp(timestamp), message, sha256)).toEqual(timestamp);
    }),
  );
});

test('merging has the same result in any order, any number of times, and loses no attestation', () => {
  fc.assert(
    fc.property(anyTimestamp(message), anyTimestamp(message), anyTimestamp(message), (a, b, c) => {
      const merged = hexOf(mergeTimestamps(a, b, c));
      expect(hexOf(mergeTimestamps(c, a, mergeTimestamps(b, a)))).toBe(merged);
      expect(hexOf(mergeTimestamps(mergeTimestamps(a, b), c))).toBe(merged);
      const parts = new Set(
        [a, b, c].flatMap((part) => [...attestationsOf(part)].map((each) => JSON.stringify(each))),
      );
      const whole = [...attestationsOf(mergeTimestamps(a, b, c))].map((each) => JSON.stringify(each));
      expect(new Set(whole)).toEqual(parts);
      expect(whole).toHaveLength(parts.size);
    }),
  );
});

test('timestamps of different messages cannot be merged', () => {
  const pending = [{ attestation: { kind: 'pending', uri: 'https://a.example' } }] as const;
  const other = { message: Uint8Array.of(1), branches: pending };
  expect(() => mergeTimestamps({ message, branches: pending }, other)).toThrow(
    expect.objectContaining({ code: 'different_messages' }) as Error,
  );
});

test('what a calendar says later is grafted where its commitment stands, and the rest stays', () => {
  fc.assert(
    fc.property(anyOperations, anyAttestation, (operations, attestation) => {
      const pending = { kind: 'pending', uri: 'https://a.example' } as const;
      const proof = attestedAlong(message, operations, pending, sha256);
      const [before] = attestationsOf(proof);
      if (!before) throw new Error('there is one attestation');
      const found = attestedAlong(before.message, [{ name: 'sha256' }], attestation, sha256);
      const after = [...attestationsOf(graft(proof, found))];
      expect(after).toContainEqual(before);
      expect(after).toContainEqual(
        expect.objectContaining({ attestation, path: [...operations, { name: 'sha256' }] }),
      );
    }),
  );
});

test('pruning keeps exactly what is asked for, and nothing where that is nothing', () => {
  fc.assert(
    fc.property(anyTimestamp(message), (timestamp) => {
      const pending = [...attestationsOf(timestamp)].filter(
        ({ attestation }) => attestation.kind === 'pending',
      );
      const pruned = pruneTimestamp(timestamp, ({ attestation }) => attestation.kind === 'pending');
      expect(pruned ? [...attestationsOf(pruned)] : []).toEqual(pending);
    }),
  );
});

const deepProof = (operations: number) =>
  concatBytes([...Array.from({ length: operations }, () => Uint8Array.of(0x08)), serializeTimestamp(leaf)]);
const leaf: Timestamp = { message, branches: [{ attestation: { kind: 'bitcoin', height: 1 } }] };

test('256 messages on a path are read and 257 are not, as by the reference', () => {
  expect([...attestationsOf(parseTimestamp(deepProof(255), message, sha256))]).toHaveLength(1);
  expect(() => parseTimestamp(deepProof(256), message, sha256)).toThrow(
    expect.objectContaining({ code: 'too_deep' }) as Error,
  );
});

test('a proof cannot make the reader keep more than it was allowed', () => {
  const grown = Uint8Array.from({ length: 2_048 }, () => 7);
  const hexlify = concatBytes([Uint8Array.of(0xff, 0xf3), serializeTimestamp(leaf)]);
  const bomb = concatBytes([...Array.from({ length: 5_000 }, () => hexlify), serializeTimestamp(leaf)]);
  expect(() => parseTimestamp(bomb, grown, sha256)).toThrow(
    expect.objectContaining({ code: 'too_large' }) as Error,
  );
});

test.each([
  ['an unknown operation', '09', 'unknown_operation'],
  ['an append of nothing', 'f000', 'length_out_of_range'],
  ['an append of 4,097 bytes', `f08120${'00'.repeat(4_097)}`, 'length_out_of_range'],
  ['a result of 4,097 bytes', `f0e11f${'00'.repeat(4_065)}`, 'message_out_of_range'],
  ['a padded number', '000588960d73d71901028100', 'number_malformed'],
  ['a height of 2^63', '000588960d73d719010a80808080808080808001', 'number_malformed'],
  ['something after a height', '000588960d73d71901020100', 'trailing_data'],
  ['an attestation of 8,193 bytes', `000000000000000000814000`, 'length_out_of_range'],
  ['a calendar with a query', '0083dfe30d2ef90c8e0807687474703a3f61', 'attestation_malformed'],
  ['a calendar of 1,001 bytes', `0083dfe30d2ef90c8eeb07e907${'61'.repeat(1_001)}`, 'length_out_of_range'],
  ['nothing', '', 'truncated'],
])('%s is refused', (_, hex, code) => {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  expect(() => parseTimestamp(bytes, message, sha256)).toThrow(expect.objectContaining({ code }) as Error);
});

test('a timestamp that leads nowhere is not written', () => {
  expect(() => serializeTimestamp({ message, branches: [] })).toThrow(OtsError);
});
