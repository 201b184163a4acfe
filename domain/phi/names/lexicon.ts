import { givenNames } from './given-names.ts';
import { ordinaryWords } from './ordinary-words.ts';
import { surnames } from './surnames.ts';
import { technicalWords } from './technical-words.ts';

const given = new Set(givenNames.split(/\s+/u).filter(Boolean));
const family = new Set(surnames.split(/\s+/u).filter(Boolean));
const ordinary = new Set(`${ordinaryWords} ${technicalWords}`.split(/\s+/u).filter(Boolean));

/**
 * What a word says about whether it is a name: `strong` is a name and nothing else that we know, `weak` a name and an
 * ordinary word too, `ordinary` no name, `open` in no list.
 */
export type Standing = 'strong' | 'weak' | 'ordinary' | 'open';

/** A word as the lists have it: lower case, without marks, apostrophes and a possessive end. */
export function keyOf(word: string): string {
  const plain = word.toLowerCase().replace(/['’]s$/u, '');
  if (/^[a-z]+$/u.test(plain)) return plain;
  const unmarked = plain.normalize('NFD').replace(/[\p{M}'’]/gu, '');
  return unmarked.replace(/[đðøłıßæœ]/gu, (letter) => besideLatin[letter] ?? letter);
}

/** Whether the lists have a word as a name, whatever else it may be. */
export function isKnownName(key: string): boolean {
  return given.has(key) || family.has(key);
}

/** The standing of a word given by its key. One with hyphens is as strong as its strongest part, ordinary where all are. */
export function standingOf(key: string): Standing {
  if (!key.includes('-')) return standingOfPart(key);
  if (given.has(key) || family.has(key)) return 'strong';
  const parts = key.split('-').map(standingOfPart);
  if (ordinary.has(key) || parts.every((part) => part === 'ordinary')) return 'ordinary';
  if (parts.includes('strong') && !parts.includes('ordinary')) return 'strong';
  return parts.includes('weak') && !parts.includes('open') ? 'weak' : 'open';
}

/** Whether a word, in any spelling of it, is ordinary and no name at all. */
export function isOrdinaryWord(word: string): boolean {
  return standingOfWord(word) === 'ordinary';
}

/** The standing of a word as it is spelt. One with marks is no English word, whatever it is without them. */
export function standingOfWord(word: string): Standing {
  const key = keyOf(word);
  const standing = standingOf(key);
  // eslint-disable-next-line no-control-regex -- letters beyond ASCII are what is asked for.
  if (!/[^\x00-\x7f’]/u.test(word) || standing === 'strong' || standing === 'open') return standing;
  return isKnownName(key) ? 'strong' : 'open';
}

/** Whether a name is given first, as `Mark` in `Mark Young`. */
export function isGivenName(key: string): boolean {
  return given.has(key);
}

function standingOfPart(key: string): Standing {
  const isName = given.has(key) || family.has(key);
  if (ordinary.has(key)) return isName ? 'weak' : 'ordinary';
  if (!isName) return 'open';
  // Two letters are an abbreviation as often as a name.
  return key.length < 3 ? 'weak' : 'strong';
}

/** Letters whose stroke is no mark that Unicode takes off. */
const besideLatin: Record<string, string> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
};
