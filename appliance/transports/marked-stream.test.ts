import fc from 'fast-check';
import { MarkedStream, type StreamPiece } from './marked-stream.ts';

/** The pieces as one text, marks in brackets. */
function shown(pieces: StreamPiece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'mark' ? `[${piece.words.join(' ')}]` : piece.bytes.toString('latin1')))
    .join('');
}

test('splits at marks wherever the chunks are cut', () => {
  const text = 'Welcome!\n\nM begin 0\na\nM b\n\nM end 0 0\n\nM done\n trailing text of some length';
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
      const stream = new MarkedStream('M');
      const ends = [...cuts.sort((left, right) => left - right), text.length];
      const pieces = ends.flatMap((end, index) =>
        stream.push(Buffer.from(text.slice(ends[index - 1] ?? 0, end))),
      );
      expect(shown(pieces)).toBe('Welcome!\n[begin 0]a[b][end 0 0][done] trailing text of some leng');
    }),
  );
});

test('a mark that never ends is text, and is not waited for', () => {
  const stream = new MarkedStream('M');
  const pieces = [stream.push(Buffer.from('\nM begin ')), stream.push(Buffer.alloc(100_000, 'x'))].flat();
  expect(shown(pieces).length).toBeGreaterThan(99_000);
  expect(pieces.every(({ kind }) => kind === 'bytes')).toBe(true);
});
