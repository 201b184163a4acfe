import type { SeededRandom } from '../../test/faults/seeded-random.ts';
import { pick } from './person-name.ts';

/** What a disguise may be laid over: figures with signs between them, names, or anything. */
export type Over = 'figures' | 'names' | 'anything';

/** Another way to write an identifier that a reader, or a program that reads it, still takes for the same. */
export interface Disguise {
  over: Over;
  /** The identifier as it is written then; the same where there is nothing to disguise. */
  wear: (value: string, random: SeededRandom) => string;
}

const everyCharacter = (value: string, write: (character: string) => string) =>
  Array.from(value).map(write).join('');
const code = (character: string) => character.codePointAt(0) ?? 0;
const cyrillic: Record<string, string> = {
  a: 'а',
  e: 'е',
  o: 'о',
  p: 'р',
  c: 'с',
  x: 'х',
  y: 'у',
  A: 'А',
  E: 'Е',
  O: 'О',
  P: 'Р',
  C: 'С',
  T: 'Т',
  M: 'М',
  H: 'Н',
  K: 'К',
  B: 'В',
  X: 'Х',
};

export const disguises = {
  'zero-width characters': {
    over: 'anything',
    wear: (value, random) =>
      everyCharacter(value, (character) =>
        random.chance(0.4)
          ? `${character}${pick(random, ['\u200b', '\u200d', '\u2060', '\u00ad'])}`
          : character,
      ),
  },
  'full-width characters': {
    over: 'anything',
    wear: (value) =>
      value.replace(/[0-9A-Za-z]/gu, (character) => String.fromCharCode(code(character) + 0xfee0)),
  },
  'digits of another script': {
    over: 'figures',
    wear: (value, random) => {
      const zero = pick(random, [0x660, 0x6f0, 0x966, 0x9e6]);
      return value.replace(/[0-9]/gu, (digit) => String.fromCharCode(zero + Number(digit)));
    },
  },
  'look-alike letters': {
    over: 'names',
    wear: (value, random) =>
      value.replace(/[A-Za-z]/gu, (letter) => (random.chance(0.5) ? (cyrillic[letter] ?? letter) : letter)),
  },
  'letters for digits': {
    over: 'figures',
    wear: (value) =>
      /^\(?\d{3}\)?[-. ]\d{2,3}-\d{4}$/u.test(value) ? value.replace('0', 'O').replace('1', 'l') : value,
  },
  'HTML entities': {
    over: 'anything',
    wear: (value, random) =>
      everyCharacter(value, (character) => {
        if (character === ' ') return pick(random, ['&nbsp;', ' ', '&#32;']);
        if (!random.chance(0.5)) return character;
        return random.chance(0.5) ? `&#${code(character)};` : `&#x${code(character).toString(16)};`;
      }),
  },
  'percent-encoding': {
    over: 'anything',
    wear: (value, random) =>
      everyCharacter(value, (character) => {
        if (/[0-9A-Za-z]/u.test(character) && random.chance(0.5)) return character;
        return [...new TextEncoder().encode(character)]
          .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
          .join('');
      }),
  },
  'percent-encoding twice': {
    over: 'figures',
    wear: (value) =>
      everyCharacter(value, (character) => `%25${code(character).toString(16).padStart(2, '0')}`),
  },
  'JSON escapes': {
    over: 'anything',
    wear: (value, random) =>
      everyCharacter(value, (character) =>
        code(character) > 0x7e || random.chance(0.5)
          ? `\\u${code(character).toString(16).padStart(4, '0')}`
          : character,
      ),
  },
  'odd spaces': {
    over: 'anything',
    wear: (value, random) => value.replaceAll(' ', () => pick(random, ['\u00a0', '\u2009', '  ', '\u3000'])),
  },
  'odd dashes': {
    over: 'figures',
    wear: (value, random) => value.replaceAll('-', () => pick(random, ['–', '‑', '−', '﹣'])),
  },
  'spaces around signs': {
    over: 'figures',
    wear: (value) => (/^[\d\-/]+$/u.test(value) ? value.replace(/[-/]/gu, ' $& ') : value),
  },
  'mixed signs': {
    over: 'figures',
    wear: (value) => (/^\d{3}-\d{2,3}-\d{4}$/u.test(value) ? value.replace(/-(?=\d+$)/u, ' ') : value),
  },
  'line breaks': {
    over: 'anything',
    wear: (value, random) => {
      const broken = /^[\d()+\-. ]+$/u.test(value) ? value.replace(/-(?!.*-)/u, '-\n  ') : value;
      return broken === value ? value.replace(/, /u, () => pick(random, [',\n', ',\n    '])) : broken;
    },
  },
  'letters apart': {
    over: 'names',
    wear: (value) =>
      value
        .split(' ')
        .map((word) => Array.from(word).join(' '))
        .join('  '),
  },
} satisfies Record<string, Disguise>;

export type DisguiseName = keyof typeof disguises;
