import { findSlowPattern } from './find-slow-pattern.ts';
import { patternTextLimit } from './evaluate-condition.ts';

test.each([
  '(a+)+$',
  '(a*)*',
  '(?:a|a)*b',
  '(a|aa)+$',
  '(?<word>\\w+\\s?)*$',
  '^(?:a?){30}a',
  '\\d+\\d+$',
  '.*.*=',
  '\\s*#?\\s*$',
  'a?a?a?a?a?aaaaa',
  '([a-z]+)+[A-Z]',
  '(?=(a+)+$)x',
  '(x+x+)+y',
  '^(\\w+)\\1$',
  '(?:[a-z]+|[a-f]x)*',
])('is slow: %s', (source) => {
  expect(findSlowPattern(source)).toMatch(/repeat|back reference/u);
});

test.each([
  '^yes$',
  '^[a-z][a-z0-9_-]{0,31}$',
  '^[0-9]+(?:,[0-9]+)*$',
  '^(?:[0-9]{1,5},)*$',
  '^(?:no|prohibit-password)$',
  '^/etc/[^ ]+ [0-7]{3,4}$',
  '\\bfoo\\b',
  '^(?:ab|cd)+$',
  '^\\p{L}+ \\u{41}\\x41$',
  '[\\]a-z]+\\.conf',
  '',
])('is quick: %s', (source) => {
  expect(findSlowPattern(source)).toBeUndefined();
});

test('a pattern that is let through stays quick on the longest text it may see', () => {
  const hostile = `${'1,'.repeat(patternTextLimit / 2 - 1)}x`;
  const started = performance.now();
  expect(/^[0-9]+(?:,[0-9]+)*$/u.test(hostile)).toBe(false);
  expect(performance.now() - started).toBeLessThan(250);
});
