import fc from 'fast-check';
import { TextBytes } from './text-bytes.ts';

test('texts that come one by one are the bytes of all of them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', size: 'large' })), (texts) => {
      const bytes = new TextBytes();
      for (const text of texts) bytes.append(text);
      const all = Buffer.from(texts.join(''));
      expect(bytes.length).toBe(all.length);
      expect(Buffer.from(bytes.take()).equals(all)).toBe(true);
    }),
  );
});

test('what was taken stays as it is when more is added', () => {
  const bytes = new TextBytes();
  bytes.append('first');
  const taken = bytes.take();
  bytes.append('other');
  expect(Buffer.from(taken).toString()).toBe('first');
  expect(Buffer.from(bytes.take()).toString()).toBe('other');
  expect(bytes.take()).toHaveLength(0);
});

test('a text longer than what there is room for is taken whole', () => {
  const bytes = new TextBytes();
  bytes.append('a');
  bytes.append('ß'.repeat(500_000));
  expect(bytes.length).toBe(1_000_001);
});
