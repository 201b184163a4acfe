import fc from 'fast-check';
import { CanonicalJsonError, quoteName, quoteString } from './json-string.ts';

test('a name is quoted as any string is, however often and after however many others', () => {
  const names = fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(names, (some) => {
      const twice = [...some, ...some];
      expect(twice.map(quoteName).join()).toBe(twice.map(quoteString).join());
    }),
    { numRuns: 50 },
  );
});

test('a name that has no form is refused each time', () => {
  for (let time = 0; time < 2; time++) expect(() => quoteName('key \ud800')).toThrow(CanonicalJsonError);
});
