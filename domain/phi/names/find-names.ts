import { isGivenName, standingOf } from './lexicon.ts';
import { humanVerbs, particles, personNouns, personPrepositions, personVerbs, recordFollows } from './person-context.ts';
import { wordsOf, type Word } from './words.ts';

/** A stretch of a text, from `start` up to, but not, `end`. */
export interface Stretch {
  start: number;
  end: number;
}

/** Neighbours within one name. */
const spaceGap = /^[ \t]{1,3}$/u;
const lineGap = /^[ \t]{0,3}\r?\n[ \t>]{0,12}$/u;
const commaGap = /^(?:,[ ]{0,2}|\^)$/u;
const initialGap = /^\.?[ ]{1,2}$/u;
const longestRun = 6;

/**
 * Names of persons in free text, without a label. A name is a run of capitalised words, none of them ordinary, that the
 * dictionary knows in part (`Jane Qwertyson`), or that words around it show to be a person (`spoke with X Y`, `X Y
 * called`, `X Y (DOB …`). Ordinary words that are names too count only beside another name. Also found: `doe, jane`,
 * `DOE^JANE`, known first and last names together in lower case or as a login (`jane.doe`), and letters set apart.
 * Words that are part of paths, files, hosts, units or options are no names.
 */
export function findNames(text: string): Stretch[] {
  const words = wordsOf(text);
  const finds: Stretch[] = [];
  for (let index = 0; index < words.length; ) {
    const run = runFrom(text, words, index);
    if (run.length === 0) {
      const pair = lowerPair(text, words, index);
      if (pair) finds.push(pair);
      index += pair ? 2 : 1;
      continue;
    }
    const next = index + run.length;
    const named = asName(text, words, index, run);
    if (named) finds.push(named);
    index = next;
  }
  return [...finds, ...logins(text), ...lettersApart(text)];
}

/** The words from `index` on that could together be one name; none where the first could not begin one. */
function runFrom(text: string, words: readonly Word[], index: number): Word[] {
  const run: Word[] = [];
  let commas = 0;
  for (let at = index; at < words.length && run.length < longestRun; at += 1) {
    const word = words[at];
    if (!word || !couldBeIn(word, run.length > 0)) break;
    const last = run.at(-1);
    if (last) {
      const gap = text.slice(last.end, word.start);
      const isComma = commaGap.test(gap);
      const isLine = lineGap.test(gap) && last.standing === 'strong' && word.standing === 'strong';
      const isInitial = last.end - last.start <= 2 && initialGap.test(gap);
      if (!spaceGap.test(gap) && !isComma && !isLine && !isInitial) break;
      if (isComma && (commas > 0 || run.length > 2) && gap !== '^') break;
      if (isComma) commas += 1;
    }
    run.push(word);
  }
  while (run.length > 0 && isParticle(run.at(-1))) run.pop();
  return run;
}

function couldBeIn(word: Word, isInside: boolean): boolean {
  if (word.isGlued) return false;
  if (isInside && isParticle(word)) return true;
  if (word.shape === 'lower' || word.shape === 'technical') return false;
  return word.standing !== 'ordinary' || (isInside && word.end - word.start === 1);
}

function isParticle(word: Word | undefined): boolean {
  return word?.shape === 'lower' && particles.has(word.key);
}

/** The part of a run that is a name, or undefined. */
function asName(text: string, words: readonly Word[], index: number, run: readonly Word[]): Stretch | undefined {
  const comma = run.findIndex((word, at) => at > 0 && /[,^]/u.test(text.slice(run[at - 1]?.end, word.start)));
  if (comma < 0) return judged(text, words, index, run);
  const sides = [run.slice(0, comma), run.slice(comma)] as const;
  // `Nguyen, Mai` is one name; in `Paris, Nguyen called` the comma only parts two things.
  if (sides.every((side) => side.some((word) => word.standing === 'strong' || word.standing === 'weak')) && run.some(isStrong)) {
    return stretchOf(run);
  }
  if (run.some(isStrong) && sides.every((side) => side.length <= 2)) return stretchOf(run);
  if (recordFollows.test(text.slice(run.at(-1)?.end, (run.at(-1)?.end ?? 0) + 40))) return stretchOf(run);
  return judged(text, words, index, sides[0]) ?? judged(text, words, index + comma, sides[1]);
}

function judged(text: string, words: readonly Word[], index: number, run: readonly Word[]): Stretch | undefined {
  const full = run.filter((word) => !isParticle(word) && word.end - word.start > 1);
  if (full.length === 0) return undefined;
  const strong = full.filter(isStrong).length;
  const capital = full.filter(({ shape }) => shape === 'capital').length;
  const around = contextOf(text, words, index, run);
  if (full.length === 1) {
    if (strong === 1 && (capital === 1 || around.afterNoun)) return stretchOf(run);
    return capital === 1 && (around.afterNoun || around.beforeHuman) && full[0]?.standing === 'open'
      ? stretchOf(run)
      : undefined;
  }
  if (capital === 0) {
    const known = full.filter(({ standing }) => standing !== 'open').length;
    return strong > 0 && (known > 1 || around.isPerson) ? stretchOf(run) : undefined;
  }
  if (strong > 0) return stretchOf(run);
  const first = full[0];
  const last = full.at(-1);
  const isWeakPair = first?.standing === 'weak' && isGivenName(first.key) && last?.standing !== 'ordinary';
  return isWeakPair || around.isPerson ? stretchOf(run) : undefined;
}

function isStrong(word: Word): boolean {
  return word.standing === 'strong';
}

/** What the words beside a run say of it. */
function contextOf(text: string, words: readonly Word[], index: number, run: readonly Word[]) {
  const first = run[0];
  const last = run.at(-1);
  const before = words[index - 1];
  const after = words[index + run.length];
  const gapBefore = before && first ? text.slice(before.end, first.start) : '';
  const gapAfter = after && last ? text.slice(last.end, after.start) : '';
  const isBeside = /^(?:[ \t]{1,3}|[.:,]?[ ]{1,2}|[ \t]{0,2}\r?\n[ \t>]{0,12})$/u;
  const afterNoun = before !== undefined && isBeside.test(gapBefore) && personNouns.has(before.key);
  const afterPreposition =
    before !== undefined && spaceGap.test(gapBefore) && before.shape !== 'upper' && personPrepositions.has(before.key);
  const isVerb = after?.shape === 'lower' && (spaceGap.test(gapAfter) || lineGap.test(gapAfter));
  const possesses = last !== undefined && /^['’]s\s/u.test(text.slice(last.end, last.end + 3));
  const heads = last !== undefined && recordFollows.test(text.slice(last.end, last.end + 40));
  const beforeVerb = isVerb && personVerbs.has(after.key);
  return {
    afterNoun,
    beforeHuman: isVerb && humanVerbs.has(after.key),
    isPerson: afterNoun || afterPreposition || beforeVerb || possesses || heads,
  };
}

function stretchOf(run: readonly Word[]): Stretch | undefined {
  const first = run[0];
  const last = run.at(-1);
  return first && last ? { start: first.start, end: last.end } : undefined;
}

/** `jane doe`: a known given name and a known surname in lower case, neither an ordinary word. */
function lowerPair(text: string, words: readonly Word[], index: number): Stretch | undefined {
  const [first, second] = [words[index], words[index + 1]];
  if (!first || !second || first.isGlued || second.isGlued) return undefined;
  if (!isStrong(first) || !isStrong(second) || first.shape === 'technical' || second.shape === 'technical') return undefined;
  return /^(?:[ ]{1,3}|,[ ]?|\^)$/u.test(text.slice(first.end, second.start))
    ? { start: first.start, end: second.end }
    : undefined;
}

/** Logins and mailbox names made of a known given name and a known surname. */
function logins(text: string): Stretch[] {
  const finds: Stretch[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{N}])(\p{L}{3,20})[._](\p{L}{3,20})(?![\p{L}])/gu)) {
    const [whole, first = '', second = ''] = match;
    if ([first, second].every((part) => standingOf(part.toLowerCase()) === 'strong')) {
      finds.push({ start: match.index, end: match.index + whole.length });
    }
  }
  return finds;
}

/** `J a n e   D o e`: letters set apart that together are a known name. */
function lettersApart(text: string): Stretch[] {
  const finds: Stretch[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{N}] ?)\p{L}(?: \p{L}){2,20}(?: {2,3}\p{L}(?: \p{L}){1,20}){0,3}(?! ?\p{L})/gu)) {
    const parts = match[0].split(/ {2,}/u).map((part) => standingOf(part.replaceAll(' ', '').toLowerCase()));
    if (parts.includes('strong')) finds.push({ start: match.index, end: match.index + match[0].length });
  }
  return finds;
}
