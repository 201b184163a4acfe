import { standingOf } from './lexicon.ts';
import { contextOf } from './person-context.ts';
import { isStrong, type Stretch } from './run.ts';
import type { Word } from './words.ts';

/** Between two names of a list. */
const listGap = /^(?:,?[ ](?:and|or|y|und|et)[ ]|[ ]?&[ ]|,[ ]|;[ ]?)$/u;
const apart =
  /(?<![\p{L}\p{N}'’-])(?<!(?<![\p{L}\p{N}])\p{L} )\p{L}(?: [\p{L}’'.-]){2,30}(?:(?: ,)? {2,3}\p{L}(?: [\p{L}’'.-]){0,30}){0,4}(?![\p{L}\p{N}])/gu;

/** Undecided runs that stand in a list with a name: `Jane Doe, Xolani Mkhwanazi and …`. */
export function listed(text: string, finds: readonly Stretch[], undecided: readonly Stretch[]): Stretch[] {
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
export function lowerPair(text: string, words: readonly Word[], index: number): Stretch | undefined {
  const [first, second] = [words[index], words[index + 1]];
  if (!first || !second || first.isGlued || second.isGlued) return undefined;
  if (first.shape === 'technical' || second.shape === 'technical') return undefined;
  if (!/^(?:[ ]{1,3}|,[ ]?|\^)$/u.test(text.slice(first.end, second.start))) return undefined;
  const whole = { start: first.start, end: second.end };
  if (isStrong(first) && isStrong(second)) return whole;
  const isHalfKnown =
    (isStrong(first) && second.standing === 'open') || (first.standing === 'open' && isStrong(second));
  return isHalfKnown && second.shape === 'lower' && contextOf(text, words, index, [first, second]).isPerson
    ? whole
    : undefined;
}

/** Logins and mailbox names made of a known given name and a known surname. */
export function logins(text: string): Stretch[] {
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
export function lettersApart(text: string): Stretch[] {
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
