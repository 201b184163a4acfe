import { particles } from './person-words.ts';
import type { Word } from './words.ts';

/** A stretch of a text, from `start` up to, but not, `end`. */
export interface Stretch {
  start: number;
  end: number;
}

/** Between two words of one name on one line, and where a line ends between them. */
export const spaceGap = /^[ \t]{1,3}$/u;
export const lineGap = /^[ \t]{0,3}\r?\n[ \t>]{0,12}$/u;

/** Whether a word is a name and nothing else that the lists know. */
export function isStrong(word: Word): boolean {
  return word.standing === 'strong';
}

/** Whether a word stands in lower case inside names, as `de` and `bin`. */
export function isParticle(word: Word | undefined): boolean {
  return word?.shape === 'lower' && particles.has(word.key);
}

/** From the first of some words to the last; undefined where there is none. */
export function stretchOf(run: readonly Word[]): Stretch | undefined {
  const first = run[0];
  const last = run.at(-1);
  return first && last ? { start: first.start, end: last.end } : undefined;
}
