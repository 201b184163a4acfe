import { keyOf, standingOfWord, type Standing } from './lexicon.ts';

/** How a word is written: `Jane`, `JANE`, `jane`, or with capitals inside that no name has, as `NetworkManager`. */
export type Shape = 'capital' | 'upper' | 'lower' | 'technical';

/** What a word is by itself. */
interface Spelling {
  key: string;
  shape: Shape;
  standing: Standing;
  isPossessive: boolean;
}

/** A word of a text, with offsets into it; a possessive end is not of it. */
export interface Word extends Spelling {
  start: number;
  end: number;
  /** Whether it is part of something longer: a path, a file, a host, an option, a number. */
  isGlued: boolean;
}

const anyWord = /\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*/gu;
const asciiWord = /[A-Za-z]+(?:['-][A-Za-z]+)*/g;
const camel = /\p{Ll}\p{Lu}/u;
const namePrefix =
  /^(?:Mc|Mac|O['’]|D['’]|N['’]|L['’]|De|Del|Di|Du|La|Le|Van|Von|Fitz|Al|El|Da|St|Mb|Nd)\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)*(?:['’]s)?$/u;

/** The words of a text in order. */
export function wordsOf(text: string): Word[] {
  // eslint-disable-next-line no-control-regex -- everything but ASCII is what is asked for.
  const pattern = /[^\x00-\x7f]/u.test(text) ? anyWord : asciiWord;
  // A window of a log has few different words.
  const spellings = new Map<string, Spelling>();
  const words: Word[] = [];
  for (const { 0: word, index: start } of text.matchAll(pattern)) {
    let spelling = spellings.get(word);
    if (!spelling) {
      spelling = spellingOf(word);
      spellings.set(word, spelling);
    }
    const { key, shape, standing, isPossessive } = spelling;
    const end = start + word.length;
    const isWordGlued = isGlued(text, start, end, shape === 'lower');
    words.push({
      start,
      end: isPossessive ? end - 2 : end,
      key,
      shape,
      standing,
      isPossessive,
      isGlued: isWordGlued,
    });
  }
  return words;
}

function spellingOf(word: string): Spelling {
  const shape = shapeOf(word);
  const key = keyOf(word);
  const standing = shape === 'technical' ? 'ordinary' : standingOfWord(word);
  return { key, shape, standing, isPossessive: /['’]s$/iu.test(word) };
}

function shapeOf(word: string): Shape {
  // An article or a prefix before a capital, as in `al-Rashid` and `d’Angelo`.
  if (/^\p{Ll}{1,3}[-'’]\p{Lu}\p{Ll}/u.test(word)) return 'capital';
  if (/^\p{Ll}/u.test(word)) return camel.test(word) ? 'technical' : 'lower';
  if (word.length > 1 && word === word.toUpperCase()) return 'upper';
  return camel.test(word) && !namePrefix.test(word) ? 'technical' : 'capital';
}

const glueBefore = new Set(Array.from('_/\\.@-$~#%+*&0123456789'));
const glueAfter = new Set(Array.from('_/\\@=(0123456789'));
const glueAfterBeforeMore = new Set(Array.from('.-:'));

function isGlued(text: string, start: number, end: number, isLower: boolean): boolean {
  const before = text[start - 1];
  if (before !== undefined && glueBefore.has(before)) {
    // `--Jane` is how a letter is signed; `-Jane` and `--jane` are options.
    const isSignature = before === '-' && text[start - 2] === '-' && !isLower;
    if (!isSignature) return true;
  }
  const after = text[end];
  if (after === undefined) return false;
  return (
    glueAfter.has(after) || (glueAfterBeforeMore.has(after) && /[\p{L}\p{N}]/u.test(text[end + 1] ?? ' '))
  );
}
