import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuote } from './shell-quote.ts';

test('a shell reads every quoted text as itself', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((value) => !value.includes('\0'));
  const texts = fc.sample(text, { numRuns: 200, seed: 7 }).concat([`'`, `''`, `a'b`, '\\', '$(id)', '\n']);
  const script = texts.map((value) => `printf '%s\\0' ${shellQuote(value)}`).join('\n');
  const { stdout } = spawnSync('sh', ['-s'], { input: script });
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(
    texts.map((value) => Buffer.from(value).toString()),
  );
});

test('refuses NUL, which no shell word can hold', () => {
  expect(() => shellQuote('a\0b')).toThrow(TypeError);
});
