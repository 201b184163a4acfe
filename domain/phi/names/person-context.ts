import {
  departments,
  determiners,
  humanVerbs,
  personNouns,
  personPrepositions,
  personVerbs,
  recordFollows,
  signOffs,
} from './person-words.ts';
import { lineGap, spaceGap } from './run.ts';
import type { Word } from './words.ts';

const besideNoun = /^(?:[ \t]{1,3}|[.:,][ ]{1,2})$/u;
const belowSignOff = /^[.:,!]?(?:[ \t]{1,3}|[ \t]{0,2}(?:\r?\n[ \t>]{0,12}){1,2})$/u;
const longestLine = 400;
const politeStart =
  /^[\s>]{0,8}(?:hi|hello|hey|dear|sorry|thanks|thank you|good (?:morning|afternoon|evening|day)|welcome|congratulations|apologies|ok(?:ay)?|yes|no)(?!\p{L})/iu;
/** A program's name with its number or colon after a time, paths, assignments, addresses of memory, brackets of code. */
const technicalSigns =
  /\w\[\d+\]:|\d{2}:\d{2}:\d{2}\S* \S+|[={}|\\]|\/\w+\/|0x[\da-f]|::|\w\(\)|<\w+>|(?:^|\s)--?\w/u;
const smallWords = /(?:^|\s)\p{Ll}{2,}(?:[\s.,;:!?]|$)/u;

/** Whether the line of a run reads as a sentence: small words beside it, and no signs of a log, a setting or a program. */
export function isInProse(text: string, run: readonly Word[]): boolean {
  const start = run[0]?.start ?? 0;
  const from = Math.max(text.lastIndexOf('\n', start) + 1, start - longestLine);
  const newline = text.indexOf('\n', start);
  const line = text.slice(from, Math.min(newline < 0 ? text.length : newline, start + longestLine));
  return !technicalSigns.test(line) && smallWords.test(line);
}

/** What the words beside a run say of it. */
export function contextOf(text: string, words: readonly Word[], index: number, run: readonly Word[]) {
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
    before !== undefined &&
    /^:?[ \t]{1,3}$/u.test(gapBefore) &&
    before.shape !== 'upper' &&
    personPrepositions.has(before.key);
  const isVerb = after?.shape === 'lower' && (spaceGap.test(gapAfter) || lineGap.test(gapAfter));
  const possesses = last !== undefined && /^['’]s\s/u.test(text.slice(last.end, last.end + 3));
  const heads = last !== undefined && recordFollows.test(text.slice(last.end, last.end + 40));
  const isThing = before !== undefined && spaceGap.test(gapBefore) && determiners.has(before.key);
  const beforeVerb = isVerb && !isThing && personVerbs.has(after.key);
  return {
    afterNoun,
    heads,
    isThing,
    beforeHuman: isVerb && (humanVerbs.has(after.key) || isFromDepartment(words, index + run.length)),
    isPerson: afterNoun || afterPreposition || beforeVerb || possesses || heads,
  };
}

/** Whether a line that greets, thanks or excuses turns to somebody: `Sorry for the delay Xolani, …`. */
export function isAddressed(text: string, run: readonly Word[]): boolean {
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
