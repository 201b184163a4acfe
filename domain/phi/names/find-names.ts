import { isGivenName } from './lexicon.ts';
import { lettersApart, listed, logins, lowerPair } from './other-forms.ts';
import { contextOf, isAddressed, isInProse } from './person-context.ts';
import { recordFollows } from './person-words.ts';
import { isParticle, isStrong, lineGap, spaceGap, stretchOf, type Stretch } from './run.ts';
import { wordsOf, type Word } from './words.ts';

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
  /** Runs of several words that nothing but a name beside them could make a name. */
  const undecided: Stretch[] = [];
  for (let index = 0; index < words.length;) {
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
      else if (part.words.length > 1)
        undecided.push({ start: part.words[0]?.start ?? 0, end: part.words.at(-1)?.end ?? 0 });
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
  const isFiled =
    isCaret || before.length === 1 || after.filter((word) => word.end - word.start > 1).length === 1;
  const isKnown =
    run.some(isStrong) ||
    (isKnownSide(before) && isKnownSide(after)) ||
    recordFollows.test(text.slice(end, end + 40));
  if (isFiled && isKnown) return [{ words: run, index, isWhole: true }];
  return [
    { words: before, index, isWhole: false },
    { words: after, index: index + comma, isWhole: false },
  ];
}

function isKnownSide(side: readonly Word[]): boolean {
  return side.some(({ standing }) => standing === 'weak' || standing === 'strong');
}

function judged(
  text: string,
  words: readonly Word[],
  index: number,
  run: readonly Word[],
): Stretch | undefined {
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
  const isOpen = full.every(({ shape, standing }) => shape === 'capital' && standing === 'open');
  return isOpen && !around.isThing && isInProse(text, run) ? stretchOf(run) : undefined;
}
