import * as fc from 'fast-check';
import { isSameJson } from './is-same-json.ts';

test('key order and undefined members make no difference, everything else does', () => {
  expect(isSameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1, d: undefined })).toBe(true);
  expect(isSameJson({ a: 1 }, { a: '1' })).toBe(false);
  expect(isSameJson({ a: null }, {})).toBe(false);
  expect(isSameJson([1, 2], [2, 1])).toBe(false);
  expect(isSameJson([1], { 0: 1 })).toBe(false);
  expect(isSameJson([1], [1, 2])).toBe(false);
});

test('a value is the same as its copy, and sameness goes both ways', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      expect(isSameJson(one, structuredClone(one))).toBe(true);
      expect(isSameJson(one, other)).toBe(isSameJson(other, one));
    }),
  );
});
