import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeHex } from '../bytes.ts';
import { sha256 } from '../node/hasher.ts';
import { sha256 as portableSha256 } from '../portable/sha256.ts';
import { parseDetachedFile, serializeDetachedFile } from './detached-file.ts';
import { mergeTimestamps } from './merge.ts';
import { OtsError } from './ots-error.ts';
import { attestationsOf } from './walk.ts';

/** Published by the reference: github.com/opentimestamps/opentimestamps-client, folder `examples`. */
const directory = join(import.meta.dirname, 'examples');
const examples = readdirSync(directory).filter((name) => name.endsWith('.ots'));
const valid = examples.filter((name) => !name.startsWith('invalid-'));
const read = (name: string) => new Uint8Array(readFileSync(join(directory, name)));
const attestationsIn = (name: string) =>
  [...attestationsOf(parseDetachedFile(read(name), sha256).timestamp)].map(({ attestation }) => attestation);

test('there are examples of each kind', () => {
  expect(valid.length).toBeGreaterThanOrEqual(13);
});

test.each(valid)('%s is written again byte for byte', (name) => {
  const bytes = read(name);
  expect(encodeHex(serializeDetachedFile(parseDetachedFile(bytes, sha256)))).toBe(encodeHex(bytes));
  expect(encodeHex(serializeDetachedFile(parseDetachedFile(bytes, portableSha256)))).toBe(encodeHex(bytes));
});

test.each(valid)('%s, written by the reference, is in canonical order already', (name) => {
  const { fileHash, timestamp } = parseDetachedFile(read(name), sha256);
  const canonical = serializeDetachedFile({ fileHash, timestamp: mergeTimestamps(timestamp) });
  expect(encodeHex(canonical)).toBe(encodeHex(read(name)));
});

test.each([
  ['invalid-bad-major-version.ots', 'unsupported_version'],
  ['invalid-exceeds-max-msg-length.ots', 'message_out_of_range'],
  ['invalid-invalid-file-digest-type.ots', 'unsupported_file_hash'],
])('%s is refused as %s', (name, code) => {
  expect(() => parseDetachedFile(read(name), sha256)).toThrow(expect.objectContaining({ code }) as Error);
});

test('what the examples attest is what the reference prints for them', () => {
  expect(attestationsIn('hello-world.txt.ots')).toEqual([{ kind: 'bitcoin', height: 358_391 }]);
  expect(attestationsIn('incomplete.txt.ots')).toEqual([
    { kind: 'pending', uri: 'https://alice.btc.calendar.opentimestamps.org' },
  ]);
  expect(attestationsIn('two-calendars.txt.ots')).toEqual([
    { kind: 'pending', uri: 'https://alice.btc.calendar.opentimestamps.org' },
    { kind: 'pending', uri: 'https://bob.btc.calendar.opentimestamps.org' },
  ]);
  expect(attestationsIn('unknown-notary.txt.ots')).toEqual([
    { kind: 'unknown', tag: '0102030405060708', payload: expect.any(Uint8Array) as unknown },
  ]);
  expect(attestationsIn('different-blockchains.txt.ots').map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['bitcoin', 'ethereum', 'pending']),
  );
});

test('a file with a byte cut off anywhere, or one added, is refused and never read in part', () => {
  const bytes = read('two-calendars.txt.ots');
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseDetachedFile(bytes.subarray(0, length), sha256)).toThrow(OtsError);
  }
  expect(() => parseDetachedFile(Uint8Array.of(...bytes, 0), sha256)).toThrow(
    expect.objectContaining({ code: 'trailing_data' }) as Error,
  );
});

test('whatever bytes come, they are read to a proof that is written byte for byte, or refused', () => {
  const samples = valid.map(read);
  const altered = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { minLength: 1, maxLength: 3 }),
    )
    .map(([sample, changes]) => {
      const bytes = Uint8Array.from(sample);
      for (const [position, value] of changes) bytes[position % bytes.length] = value;
      return bytes;
    });
  fc.assert(
    fc.property(altered, (bytes) => {
      let written: Uint8Array;
      try {
        written = serializeDetachedFile(parseDetachedFile(bytes, sha256));
      } catch (error) {
        expect(error).toBeInstanceOf(OtsError);
        return;
      }
      expect(encodeHex(written)).toBe(encodeHex(bytes));
    }),
    { numRuns: 1_000 },
  );
});
