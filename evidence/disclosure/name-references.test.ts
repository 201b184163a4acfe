import fc from 'fast-check';
import { hasBracket, holdsAddress, NameReplacer } from './name-references.ts';

/** What `NameReplacer` does, as regular expressions say it. They take too long to make for every record. */
function replaceByPattern(pointers: ReadonlyMap<string, string>, text: string): string | undefined {
  if (hasBracket(text)) return undefined;
  const names = [...pointers.keys()].sort((a, b) => b.length - a.length);
  const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const any = `(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`;
  const replaced = text.replaceAll(new RegExp(any, 'gu'), (name) => `⟦${pointers.get(name) ?? ''}⟧`);
  const rest = replaced.replaceAll(/⟦[^⟦⟧]*⟧/gu, '\n');
  return holdsAddress(rest) || new RegExp(any, 'iu').test(rest) ? undefined : replaced;
}

/** Letters whose case is a matter of its own, and what stands beside names. */
const letters = [
  'a',
  'A',
  'k',
  'K',
  '\u212a',
  's',
  'ſ',
  'σ',
  'ς',
  'Σ',
  'ß',
  'ẞ',
  'İ',
  'ŉ',
  '\u0345',
  '𐐀',
  '𐐨',
];
const beside = ['1', '-', '.', ' ', '@', ':', '\n', '$', '(', '⟦', '😀', '患'];
const text = fc.string({ unit: fc.constantFrom(...letters, ...beside), maxLength: 12 });
const names = fc
  .uniqueArray(
    text.filter((name) => name !== '' && !hasBracket(name)),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) => new Map(list.map((name, index) => [name, `/names/${index}`])));
const named = fc
  .tuple(names, fc.array(fc.nat(), { maxLength: 3 }), fc.array(text, { minLength: 4 }))
  .map(([pointers, chosen, texts]) => {
    const all = [...pointers.keys()];
    const parts = chosen.flatMap((index, at) => [texts[at] ?? '', all[index % all.length] ?? '']);
    return { pointers, text: [...parts, texts.at(-1) ?? ''].join('') };
  });

describe('names in text', () => {
  it('are found as regular expressions would find them; where letters fold in no simple way more is hidden, never less', () => {
    fc.assert(
      fc.property(named, ({ pointers, text: given }) => {
        const expected = replaceByPattern(pointers, given);
        const found = new NameReplacer(pointers).replace(given);
        const whole = given + [...pointers.keys()].join('');
        const isAscii = Buffer.byteLength(whole) === whole.length;
        if (found !== undefined || isAscii) expect(found).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are found in every letter that regular expressions take for one of theirs', () => {
    const cased = Array.from({ length: 0x1_f000 }, (_, code) => String.fromCodePoint(code)).filter(
      (letter) =>
        letter.isWellFormed() && new Set([letter, letter.toLowerCase(), letter.toUpperCase()]).size > 1,
    );
    const all = cased.join('\n');
    let pairs = 0;
    for (const name of cased) {
      const replacer = new NameReplacer(new Map([[name, '/name']]));
      for (const [other] of all.matchAll(new RegExp(name, 'giu'))) {
        if (other === name) continue;
        pairs++;
        expect([name, other, replacer.replace(other)]).toEqual([name, other, undefined]);
      }
    }
    expect(pairs).toBeGreaterThan(2_800);
  });

  it('are taken whole, the longer of two first, and never within a word', () => {
    const replacer = new NameReplacer(
      new Map([
        ['ehr', '/a'],
        ['ehr-1', '/b'],
      ]),
    );
    expect(replacer.replace('ehr-1, ehr-2, ehr-10, ehrs, ehr')).toBe('⟦/b⟧, ⟦/a⟧-2, ⟦/a⟧-10, ehrs, ⟦/a⟧');
    expect(replacer.replace('nothing named')).toBe('nothing named');
    expect(replacer.replace('Ehr-1')).toBeUndefined();
  });
});
