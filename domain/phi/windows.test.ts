import fc from 'fast-check';
import type { Find } from './run-detectors.ts';
import { createWindows, type Piece, type WindowSizes } from './windows.ts';

const sizes: WindowSizes = { window: 40, ahead: 16, behind: 8 };
/** Finds runs of digits that a letter x comes before, which is a label of one letter. */
const find = (text: string): Find[] =>
  [...text.matchAll(/(?<=x )\d+(?:[- ]\d+)*/gu)].map((match) => ({
    kind: 'MRN',
    start: match.index,
    end: match.index + match[0].length,
  }));

function cut(chunks: readonly string[]): Piece[] {
  const windows = createWindows(find, sizes);
  return [...chunks.flatMap((chunk) => windows.push(chunk)), ...windows.end()];
}

const text = fc.string({
  unit: fc.constantFrom('a', 'x', ' ', ' ', '\n', '1', '2', '-', '😀'),
  maxLength: 400,
});
/** Where to cut a text into chunks. */
const cuts = fc.array(fc.nat(400), { maxLength: 12 });

function chunksOf(whole: string, at: readonly number[]): string[] {
  const places = [
    0,
    ...at.map((place) => Math.min(place, whole.length)).toSorted((a, b) => a - b),
    whole.length,
  ];
  return places.slice(1).map((end, index) => whole.slice(places[index], end));
}

test('pieces are the text, whatever the chunks', () => {
  fc.assert(
    fc.property(text, cuts, (whole, at) => {
      expect(
        cut(chunksOf(whole, at))
          .map((piece) => piece.text)
          .join(''),
      ).toBe(whole);
    }),
  );
});

test('every chunking gives the same pieces and finds', () => {
  fc.assert(
    fc.property(text, cuts, (whole, at) => {
      expect(cut(chunksOf(whole, at))).toEqual(cut([whole]));
    }),
  );
});

test('an identifier that is not longer than what is seen ahead is found whole wherever it stands', () => {
  const padding = fc.stringMatching(/^[a-w \n]{0,120}$/u);
  fc.assert(
    fc.property(padding, padding, (before, after) => {
      const whole = `${before} x 12-34 56-78\n${after}`;
      const found = cut([whole]).flatMap((piece) =>
        piece.finds.map(({ start, end }) => piece.text.slice(start, end)),
      );
      expect(found).toEqual(['12-34 56-78']);
    }),
  );
});

test('no window is longer than its size and what is seen ahead', () => {
  fc.assert(
    fc.property(text, (whole) => {
      for (const piece of cut([whole])) expect(piece.text.length).toBeLessThanOrEqual(56);
    }),
  );
});

test('windows are as new after the end', () => {
  const windows = createWindows(find, sizes);
  windows.push('x 1');
  windows.end();
  expect(windows.push('2\n')).toEqual([]);
  expect(windows.end()).toEqual([{ text: '2\n', finds: [] }]);
});
