import fc from 'fast-check';
import { hasUnclosedObject, jsonObjectsIn } from './json-in-text.ts';

const prose = fc.string().map((text) => text.replace(/[{}"\\]/gu, ''));
const object = fc.dictionary(fc.string(), fc.jsonValue());

test('finds every object that prose surrounds, exactly as it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(prose, object), { maxLength: 5 }), prose, (parts, tail) => {
      const text = parts.map(([before, value]) => before + JSON.stringify(value)).join('') + tail;
      expect(JSON.stringify(jsonObjectsIn(text))).toBe(JSON.stringify(parts.map(([, value]) => value)));
    }),
  );
});

test('never throws, whatever the text', () => {
  const braces = fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', 'a', ':', ',', '[', ']', ' ') });
  fc.assert(
    fc.property(fc.oneof(fc.string(), braces), (text) => {
      expect(Array.isArray(jsonObjectsIn(text))).toBe(true);
      expect(typeof hasUnclosedObject(text)).toBe('boolean');
    }),
  );
});

test.each([
  ['braces in strings', 'so: {"a":"}{","b":"\\"}"} done', [{ a: '}{', b: '"}' }]],
  ['a code fence', '```json\n{"a":1}\n```', [{ a: 1 }]],
  ['a stray brace before', 'the { brace, then {"a":1}', [{ a: 1 }]],
  ['braces that hold no JSON', '{see below} {"a":1}', [{ a: 1 }]],
  ['several objects', '{"a":1}{"a":2}', [{ a: 1 }, { a: 2 }]],
  ['an object inside an object once', '{"a":{"b":1}}', [{ a: { b: 1 } }]],
  ['no object', 'nothing [1,2]', []],
])('reads %s', (_, text, objects) => {
  expect(jsonObjectsIn(text)).toEqual(objects);
});

test('tells an answer that was cut off', () => {
  expect(hasUnclosedObject('I choose {"tool":"run_runbook","input":{"runb')).toBe(true);
  expect(hasUnclosedObject('I choose {"a":"{"}')).toBe(false);
});

test.each(['{', '{"', '{}', '{"a":', '\\', '{{{}'])('stays linear on a long run of %j', (unit) => {
  const text = unit.repeat(200_000 / unit.length);
  const startedAt = performance.now();
  jsonObjectsIn(text);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
