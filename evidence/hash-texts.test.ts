import fc from 'fast-check';
import { createTextHasher } from './hash-texts.ts';
import { sha256 } from './node/hasher.ts';

const whole = fc.string({ unit: 'grapheme', maxLength: 60 });

test('hashes what the joined text would hash to, whatever came before', () => {
  const prefix = '\u0000prefix ä\n';
  const hashTexts = createTextHasher(prefix);
  fc.assert(
    fc.property(whole, whole, fc.integer({ min: 1, max: 2_000 }), (first, second, times) => {
      const long = first.repeat(times);
      expect(hashTexts(long, second, sha256)).toBe(sha256(prefix + long + second));
      expect(hashTexts(second, '', sha256)).toBe(sha256(prefix + second));
    }),
  );
});
