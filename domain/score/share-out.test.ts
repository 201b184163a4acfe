import * as fc from 'fast-check';
import { shareOut } from './share-out.ts';

const weights = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((weight) => weight > 0));
const total = fc.integer({ min: 0, max: 100_000_000 });

test('thirds leave their rest with the first', () => {
  expect(shareOut(100, [1, 1, 1])).toEqual([34, 33, 33]);
  expect(shareOut(7, [0, 1])).toEqual([0, 7]);
});

test('the parts are whole, sum to the total, and each is less than one off its exact share', () => {
  fc.assert(
    fc.property(total, weights, (units, list) => {
      const parts = shareOut(units, list);
      const sum = list.reduce((all, weight) => all + weight, 0);
      expect(parts.reduce((all, part) => all + part, 0)).toBe(units);
      for (const [index, part] of parts.entries()) {
        expect(Number.isSafeInteger(part)).toBe(true);
        expect(Math.abs(part - (units * list[index]!) / sum)).toBeLessThan(1);
      }
    }),
  );
});
