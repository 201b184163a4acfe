import { keyOf, standingOf, type Standing } from './lexicon.ts';

/** How a word is written: `Jane`, `JANE`, `jane`, or with capitals inside that no name has, as `NetworkManager`. */
export type Shape = 'capital' | 'upper' | 'lower' | 'technical';

/** A word of a text, with offsets into it. */
export interface Word {
  start: number;
  end: number;
  key: string;
  shape: Shape;
  standing: Standing;
  /** Whether it is part of something longer: a path, a file, a host, an option, a number. */
  isGlued: boolean;
}

const wordPattern = /\p{L}[\p{L}\p{M}]*(?:['’\-]\p{L}[\p{L}\p{M}]*)*/gu;
const camel = /\p{Ll}\p{Lu}/u;
const namePrefix = /^(?:Mc|Mac|O['’]|D['’]|N['’]|L['’]|De|Del|Di|Du|La|Le|Van|Von|Fitz|Al|El|Da|St|Mb|Nd)\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)*(?:['’]s)?$/u;

/** The words of a text in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(wordPattern)) {
    const word = match[0];
    const start = match.index;
    const end = start + word.length;
    const shape = shapeOf(word);
    const key = keyOf(word);
    words.push({
      start,
      end: /['’]s$/iu.test(word) ? end - 2 : end,
      key,
      shape,
      standing: shape === 'technical' ? 'ordinary' : standingOf(key),
      isGlued: isGlued(text, start, end),
    });
  }
  return words;
}

function shapeOf(word: string): Shape {
  const first = word[0] ?? '';
  if (first === first.toLowerCase() && first !== first.toUpperCase()) return camel.test(word) ? 'technical' : 'lower';
  if (word.length > 1 && word === word.toUpperCase()) return 'upper';
  if (camel.test(word) && !namePrefix.test(word)) return 'technical';
  return 'capital';
}

const gluedBefore = /[\p{N}_/\\.@\-$~#%+*&]/u;
const gluedAfter = /[\p{N}_/\\@=(]/u;

function isGlued(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? ' ';
  // `--Jane` is how a letter is signed; `-Jane` and `--jane` are options.
  const isSignature = before === '-' && text[start - 2] === '-' && /\p{Lu}/u.test(text[start] ?? '');
  if (gluedBefore.test(before) && !isSignature) return true;
  const after = text[end] ?? ' ';
  if (gluedAfter.test(after)) return true;
  return /[.\-:]/u.test(after) && /[\p{L}\p{N}]/u.test(text[end + 1] ?? ' ');
}
