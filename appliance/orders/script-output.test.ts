import fc from 'fast-check';
import { OutputCollector } from '../transports/collected-output.ts';
import { scriptOutput } from './script-output.ts';

function outputOf(bytes: Buffer, keepBytes = 20_000) {
  const collector = new OutputCollector(keepBytes);
  for (let at = 0; at < bytes.length; at += 999) collector.add(bytes.subarray(at, at + 999));
  return scriptOutput(collector.finish());
}

test('a short text travels whole', () => {
  expect(outputOf(Buffer.from('äöü'))).toMatchObject({ text: 'äöü', bytes: 6, truncated: false });
});

test('a character cut in two at the end is left out', () => {
  const { text, truncated } = outputOf(Buffer.from(`a${'é'.repeat(16_384)}`));
  expect(truncated).toBe(true);
  expect(text).toBe(`a${'é'.repeat(8_191)}`);
});

test('is never longer than the limit, and says truncated exactly when it is not the whole', () => {
  fc.assert(
    fc.property(fc.nat(40_000), fc.integer({ min: 16_384, max: 40_000 }), (size, keep) => {
      const output = outputOf(Buffer.alloc(size, 'x'), keep);
      expect(output.text).toHaveLength(Math.min(size, 16_384));
      expect(output.truncated).toBe(size > 16_384);
    }),
  );
});
