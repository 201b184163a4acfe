import { writeOutCases } from './any-case.ts';

/** The identifier classes that are recognised; the word stands in the token, as `[SSN:1f0c99ab]`. */
export const phiKinds = [
  'SSN',
  'MRN',
  'PLAN',
  'ACCOUNT',
  'LICENCE',
  'VEHICLE',
  'NAME',
  'EMAIL',
  'PHONE',
  'DATE',
  'AGE',
  'ADDRESS',
  'URL',
  'DEVICE',
  'BIOMETRIC',
  'PHOTO',
  'ID',
  'IP',
] as const;
export type PhiKind = (typeof phiKinds)[number];

/** One way an identifier is written. */
export interface Detector {
  kind: PhiKind;
  /** Flags `gu`. Group `v`, where there is one, ends the match and is the identifier; what is before it is its label. */
  pattern: RegExp;
  /** Confirms what the pattern alone cannot, as a check digit. */
  accepts?: (value: string) => boolean;
  /** How much of the value, from its start, is the identifier; nothing where that is 0. */
  extent?: (value: string) => number;
  /**
   * What a match begins with, so that it is tried only there: a number, a capitalised word, or one of some words in any
   * case, of which the ASCII letters before any other character count. Without it, the pattern is tried everywhere.
   */
  begins?: 'number' | 'capital' | readonly string[];
  /** For `number`: how many digits stand together where it begins; others are not tried. */
  digits?: readonly number[];
  /** A text in which this matches nothing has no find, which is quicker to know. */
  needs?: RegExp;
}

/**
 * Compiles a detector's source. Every pattern must run in time linear in its input: repeats are bounded, or their class
 * excludes what follows and a look-behind stops a second start inside the same run.
 */
export function pattern(source: string): RegExp {
  return new RegExp(writeOutCases(source), 'gu');
}

/** Ends a label in `label: value`: optional quotes and spaces around `:`, `=` or `#`, as prose, logs and JSON write it. */
export const colon = String.raw`["']?\s{0,3}[:=#]\s{0,3}["']?`;

/** Between a label and its number, more freely: `: ` `=` `#` ` is ` ` (` `>` `": {"value": "` or only a space. */
export const join = String.raw`(?:["'\])>]{0,2}[,\s]{0,2}["']?[:={\s]{0,3}["']?(?i:value)(?![\p{L}\d]))?["'\])>]{0,2}[ \t_]{0,3}(?:(?::=|=>|->|[:=#|>\-~])\s{0,6}|(?i:is|was|ends?\sin|ending(?:\sin)?|on\s(?:file|record|application))[\s:]{1,3})?["'(\[<#]{0,2}[ \t]{0,2}`;

/** Ends the noun of a label: `number`, `no.`, `#`, `id`. */
export const numberWord = String.raw`(?:[\s_\-.]{0,3}(?i:numbers?|num|nbr|nr|no|id|identifier|code|#)\b\.?|[\s_]{0,2}#)`;

/** An identifier of letters and digits with at least one digit in it, single hyphens, dots and slashes inside. */
export function serial(least: number, most: number): string {
  return String.raw`(?=[\p{L}.\-/]{0,${most}}\d)[\p{L}\d][\p{L}\d.\-/]{${least - 2},${most - 2}}[\p{L}\d]`;
}

/** Digits in groups of two to six with a space or hyphen between, or each apart from the next. */
export const spacedDigits = String.raw`(?:\d(?:[ \-]\d){4,15}(?!\d)|\d{2,6}(?:[ \t]?[ \-.][ \t]?(?:\r?\n[ \t>]{0,12})?\d{2,6}){1,4}(?!\d))`;

/** One separator inside a number, alone, between spaces, or a line's end with the next line's indent. */
export const separator = String.raw`(?:[ \t]{0,2}[\-._/][ \t]{0,2}(?:\r?\n[ \t>]{0,12})?|[ \t]{1,2}(?:\r?\n[ \t>]{0,12})?|\r?\n[ \t>]{0,12})`;

/** The words of a list, for `begins`. */
export function wordList(words: string): readonly string[] {
  return [...new Set(words.trim().split(/\s+/u))];
}
