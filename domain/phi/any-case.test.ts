import fc from 'fast-check';
import { writeOutCases } from './any-case.ts';
import { addressDetectors, detectors } from './detectors.ts';

test.each([
  [String.raw`\b(?i:mar(?:ch)?)\s`, String.raw`\b(?:[mM][aA][rR](?:[cC][hH])?)\s`],
  [String.raw`(?i:no\.?|d\.o\.b)`, String.raw`(?:[nN][oO]\.?|[dD]\.[oO]\.[bB])`],
  [String.raw`(?i:next[\s_]of)x`, String.raw`(?:[nN][eE][xX][tT][\s_][oO][fF])x`],
  [String.raw`a(?i:b)c(?i:\p{Lu}d)`, String.raw`a(?:[bB])c(?:\p{Lu}[dD])`],
  ['plain', 'plain'],
])('%s becomes %s', (source, expected) => {
  expect(writeOutCases(source)).toBe(expected);
});

test('a group that is not closed is refused', () => {
  expect(() => writeOutCases('(?i:a')).toThrow(SyntaxError);
});

test('words in any case match, and nothing else does', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const flips = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(word, word, flips, (listed, other, flipped) => {
      const pattern = new RegExp(`^${writeOutCases(`(?i:${listed})`)}$`, 'u');
      const mixed = Array.from(listed)
        .map((letter, index) => (flipped[index] ? letter.toUpperCase() : letter))
        .join('');
      expect(pattern.test(mixed)).toBe(true);
      expect(pattern.test(other)).toBe(other === listed);
    }),
  );
});

test('no detector uses the engine’s inline flags', () => {
  for (const { pattern } of [...detectors, ...addressDetectors]) expect(pattern.source).not.toContain('(?i:');
});
