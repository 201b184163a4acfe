import fc from 'fast-check';
import { checkpointObjectKey, entryObjectKey, parseEvidenceKey } from './object-keys.ts';

const hash = 'ab'.repeat(32);
const site = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);
const number = fc.integer({ min: 0, max: 999_999_999_999 });

test('keys are as the format says', () => {
  expect(entryObjectKey('oak-street', 7, hash)).toBe(`sites/oak-street/entries/000000000007-${hash}.json`);
  expect(checkpointObjectKey('oak-street', 1_000)).toBe('sites/oak-street/checkpoints/000000001000.txt');
});

test('every key is read as what it was made of', () => {
  fc.assert(
    fc.property(site, number, (name, n) => {
      expect(parseEvidenceKey(entryObjectKey(name, n, hash))).toEqual({
        kind: 'entry',
        site: name,
        seq: n,
        entryHash: hash,
      });
      expect(parseEvidenceKey(checkpointObjectKey(name, n))).toEqual({
        kind: 'checkpoint',
        site: name,
        size: n,
      });
    }),
  );
});

test('keys sort as the ledger does', () => {
  fc.assert(
    fc.property(number, number, (one, other) => {
      const isBefore = entryObjectKey('a', one, hash) < entryObjectKey('a', other, hash);
      expect(isBefore).toBe(one < other);
    }),
  );
});

test.each([
  '',
  'sites/oak/entries/7.json',
  `sites/oak/entries/000000000007-${hash.toUpperCase()}.json`,
  `sites/-oak/entries/000000000007-${hash}.json`,
  `sites/../entries/000000000007-${hash}.json`,
  `sites/oak/entries/000000000007-${hash}.json\n`,
  `x/sites/oak/entries/000000000007-${hash}.json`,
  'sites/oak/checkpoints/000000000007.txt/x',
])('%j is no key of ours', (key) => {
  expect(parseEvidenceKey(key)).toBeUndefined();
});

test.each([-1, 0.5, 1e12, Number.NaN])('%d is no number of an entry', (seq) => {
  expect(() => entryObjectKey('a', seq, hash)).toThrow(RangeError);
});
