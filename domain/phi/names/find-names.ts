import { isGivenName, standingOf } from './lexicon.ts';
import { departments, humanVerbs, particles, personNouns, personPrepositions, personVerbs, recordFollows, signOffs } from './person-context.ts';
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
const besideNoun = /^(?:[ \t]{1,3}|[.:,][ ]{1,2})$/u;
const belowSignOff = /^[.:,!]?(?:[ \t]{1,3}|[ \t]{0,2}(?:\r?\n[ \t>]{0,12}){1,2})$/u;
/** Between two names of a list. */
const listGap = /^(?:,?[ ](?:and|or|y|und|et)[ ]|[ ]?&[ ]|,[ ]|;[ ]?)$/u;
const apart =
  /(?<![\p{L}\p{N}'’\-])(?<!(?<![\p{L}\p{N}])\p{L} )\p{L}(?: [\p{L}’'\-.]){2,30}(?:(?: ,)? {2,3}\p{L}(?: [\p{L}’'\-.]){0,30}){0,4}(?![\p{L}\p{N}])/gu;
const longestLine = 400;
const politeStart = /^[\s>]{0,8}(?:hi|hello|hey|dear|sorry|thanks|thank you|good (?:morning|afternoon|evening|day)|welcome|congratulations|apologies|ok(?:ay)?|yes|no)(?!\p{L})/iu;
/** A program's name with its number or colon after a time, paths, assignments, addresses of memory, brackets of code. */
const technicalSigns = /\w\[\d+\]:|\d{2}:\d{2}:\d{2}\S* \S+|[={}|\\]|\/\w+\/|0x[\da-f]|::|\w\(\)|<\w+>|(?:^|\s)--?\w/u;
const smallWords = /(?:^|\s)\p{Ll}{2,}(?:[\s.,;:!?]|$)|^(?:Thank you|Thanks|Unable|Please)/u;
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
  /** Runs of several words that nothing but a name beside them could make a name. */
  const undecided: Stretch[] = [];
  for (let index = 0; index < words.length; ) {
    const run = runFrom(text, words, index);
    if (run.length === 0) {
      const pair = lowerPair(text, words, index);
      if (pair) finds.push(pair);
      index += pair ? 2 : 1;
      continue;
    }
    const next = index + run.length;
    for (const part of partsOfRun(text, index, run)) {
      const named = part.isWhole ? stretchOf(part.words) : judged(text, words, part.index, part.words);
      if (named) finds.push(named);
      else if (part.words.length > 1) undecided.push({ start: part.words[0]?.start ?? 0, end: part.words.at(-1)?.end ?? 0 });
    }
    index = next;
  }
  return [...finds, ...listed(text, finds, undecided), ...logins(text), ...lettersApart(text)];
}

/** The words from `index` on that could together be one name; none where the first could not begin one. */
function runFrom(text: string, words: readonly Word[], index: number): Word[] {
  const run: Word[] = [];
  let commas = 0;
  for (let at = index; at < words.length && run.length < longestRun; at += 1) {
    const word = words[at];
    const last = run.at(-1);
    if (!word || !(couldBeIn(word, run.length > 0) || isAfterInitial(text, run, word))) break;
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

/** Whether a word stands behind a known name and an initial, as `Public` in `John Q. Public`, so that it may be ordinary. */
function isAfterInitial(text: string, run: readonly Word[], word: Word): boolean {
  const last = run.at(-1);
  if (!last || last.end - last.start !== 1 || word.isGlued || word.shape !== 'capital') return false;
  return run.some(isStrong) && text[last.end] === '.';
}

function isParticle(word: Word | undefined): boolean {
  return word?.shape === 'lower' && particles.has(word.key);
}

interface Part {
  words: readonly Word[];
  /** Of its first word among all words. */
  index: number;
  /** Whether a surname, its comma and a given name make it a name already. */
  isWhole: boolean;
}

/** A run with a comma in it is one name, surname first, or two. */
function partsOfRun(text: string, index: number, run: readonly Word[]): Part[] {
  const comma = run.findIndex((word, at) => at > 0 && /[,^]/u.test(text.slice(run[at - 1]?.end, word.start)));
  if (comma < 0) return [{ words: run, index, isWhole: false }];
  const [before, after] = [run.slice(0, comma), run.slice(comma)];
  const isCaret = text[run[comma - 1]?.end ?? 0] === '^';
  const end = run.at(-1)?.end ?? 0;
  const isFiled = isCaret || before.length === 1 || after.filter((word) => word.end - word.start > 1).length === 1;
  const isKnown =
    run.some(isStrong) || (isKnownSide(before) && isKnownSide(after)) || recordFollows.test(text.slice(end, end + 40));
  if (isFiled && isKnown) return [{ words: run, index, isWhole: true }];
  return [
    { words: before, index, isWhole: false },
    { words: after, index: index + comma, isWhole: false },
  ];
}

function isKnownSide(side: readonly Word[]): boolean {
  return side.some(({ standing }) => standing === 'weak' || standing === 'strong');
}

function judged(text: string, words: readonly Word[], index: number, run: readonly Word[]): Stretch | undefined {
  const full = run.filter((word) => !isParticle(word) && word.end - word.start > 1);
  if (full.length === 0) return undefined;
  const strong = full.filter(isStrong).length;
  const capital = full.filter(({ shape }) => shape === 'capital').length;
  const around = contextOf(text, words, index, run);
  if (full.length === 1) {
    if (strong === 1 && (capital === 1 || around.afterNoun)) return stretchOf(run);
    return capital === 1 && (around.afterNoun || around.beforeHuman || isAddressed(text, run))
      ? stretchOf(run)
      : undefined;
  }
  if (capital === 0) {
    const known = full.filter(({ standing }) => standing !== 'open').length;
    return around.heads || (strong > 0 && (known > 1 || around.isPerson)) ? stretchOf(run) : undefined;
  }
  if (strong > 0) return stretchOf(run);
  const first = full[0];
  const last = full.at(-1);
  const isWeakPair = first?.standing === 'weak' && isGivenName(first.key) && last?.standing !== 'ordinary';
  if (isWeakPair || around.isPerson) return stretchOf(run);
  // Nothing says what it is; in prose, two words of which neither is ordinary are a person more often than not.
  return full.every(({ shape, standing }) => shape === 'capital' && standing === 'open') && isInProse(text, run) ? stretchOf(run) : undefined;
}

function isStrong(word: Word): boolean {
  return word.standing === 'strong';
}

/** Whether the line of a run reads as a sentence: small words beside it, and no signs of a log, a setting or a program. */
function isInProse(text: string, run: readonly Word[]): boolean {
  const start = run[0]?.start ?? 0;
  const from = Math.max(text.lastIndexOf('\n', start) + 1, start - longestLine);
  const newline = text.indexOf('\n', start);
  const line = text.slice(from, Math.min(newline < 0 ? text.length : newline, start + longestLine));
  return !technicalSigns.test(line) && smallWords.test(line);
}

/** What the words beside a run say of it. */
function contextOf(text: string, words: readonly Word[], index: number, run: readonly Word[]) {
  const first = run[0];
  const last = run.at(-1);
  const before = words[index - 1];
  const after = words[index + run.length];
  const gapBefore = before && first ? text.slice(before.end, first.start) : '';
  const gapAfter = after && last ? text.slice(last.end, after.start) : '';
  const afterNoun =
    before !== undefined &&
    ((besideNoun.test(gapBefore) && personNouns.has(before.key)) ||
      (belowSignOff.test(gapBefore) && signOffs.has(before.key)));
  const afterPreposition =
    before !== undefined && /^:?[ \t]{1,3}$/u.test(gapBefore) && before.shape !== 'upper' && personPrepositions.has(before.key);
  const isVerb = after?.shape === 'lower' && (spaceGap.test(gapAfter) || lineGap.test(gapAfter));
  const possesses = last !== undefined && /^['’]s\s/u.test(text.slice(last.end, last.end + 3));
  const heads = last !== undefined && recordFollows.test(text.slice(last.end, last.end + 40));
  const beforeVerb = isVerb && personVerbs.has(after.key);
  return {
    afterNoun,
    heads,
    beforeHuman: isVerb && (humanVerbs.has(after.key) || isFromDepartment(words, index + run.length)),
    isPerson: afterNoun || afterPreposition || beforeVerb || possesses || heads,
  };
}

/** Whether a line that greets, thanks or excuses turns to somebody: `Sorry for the delay Xolani, …`. */
function isAddressed(text: string, run: readonly Word[]): boolean {
  const [start, end] = [run[0]?.start ?? 0, run.at(-1)?.end ?? 0];
  const from = Math.max(text.lastIndexOf('\n', start) + 1, start - longestLine);
  return /^\s?[,!]/u.test(text.slice(end, end + 2)) && politeStart.test(text.slice(from, start));
}

/** Whether the words at `index` are `from billing` or `from the lab`. */
function isFromDepartment(words: readonly Word[], index: number): boolean {
  if (!['from', 'in', 'at'].includes(words[index]?.key ?? '')) return false;
  const next = words[index + 1]?.key;
  return departments.has((next === 'the' ? words[index + 2]?.key : next) ?? '');
}

function stretchOf(run: readonly Word[]): Stretch | undefined {
  const first = run[0];
  const last = run.at(-1);
  return first && last ? { start: first.start, end: last.end } : undefined;
}

/** Undecided runs that stand in a list with a name: `Jane Doe, Xolani Mkhwanazi and …`. */
function listed(text: string, finds: readonly Stretch[], undecided: readonly Stretch[]): Stretch[] {
  const starts = new Set(finds.map(({ start }) => start));
  const ends = new Set(finds.map(({ end }) => end));
  const isAfterName = (start: number) =>
    [1, 2, 3, 4, 5, 6].some((gap) => ends.has(start - gap) && listGap.test(text.slice(start - gap, start)));
  const isBeforeName = (end: number) =>
    [1, 2, 3, 4, 5, 6].some((gap) => starts.has(end + gap) && listGap.test(text.slice(end, end + gap)));
  const add = (stretch: Stretch) => {
    starts.add(stretch.start);
    ends.add(stretch.end);
    return stretch;
  };
  const taken = new Set<Stretch>();
  // Forwards, then backwards, so that a list is followed from one known name to both of its ends.
  for (const run of undecided) if (isAfterName(run.start)) taken.add(add(run));
  for (const run of undecided.toReversed()) if (!taken.has(run) && isBeforeName(run.end)) taken.add(add(run));
  return [...taken];
}

/** `jane doe`: a known given name and a known surname in lower case, neither an ordinary word. */
function lowerPair(text: string, words: readonly Word[], index: number): Stretch | undefined {
  const [first, second] = [words[index], words[index + 1]];
  if (!first || !second || first.isGlued || second.isGlued) return undefined;
  if (first.shape === 'technical' || second.shape === 'technical') return undefined;
  if (!/^(?:[ ]{1,3}|,[ ]?|\^)$/u.test(text.slice(first.end, second.start))) return undefined;
  const whole = { start: first.start, end: second.end };
  if (isStrong(first) && isStrong(second)) return whole;
  const isHalfKnown =
    (isStrong(first) && second.standing === 'open') || (first.standing === 'open' && isStrong(second));
  return isHalfKnown && second.shape === 'lower' && contextOf(text, words, index, [first, second]).isPerson ? whole : undefined;
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

/** `J a n e   D o e`: letters set apart that together are a known name, or are written as a name and no ordinary word. */
function lettersApart(text: string): Stretch[] {
  const finds: Stretch[] = [];
  for (const match of text.matchAll(apart)) {
    const parts = match[0].split(/[ ,]{2,}/u).map((part) => part.replaceAll(' ', ''));
    const isName = parts.some((part) => {
      const standing = standingOf(part.toLowerCase());
      return standing === 'strong' || (standing === 'open' && part.length > 3 && /^\p{Lu}/u.test(part));
    });
    if (isName) finds.push({ start: match.index, end: match.index + match[0].length });
  }
  return finds;
}
