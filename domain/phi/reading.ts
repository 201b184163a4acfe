import { decodeEscape, escapes } from './escapes.ts';
import { unlike } from './look-alikes.ts';

/** A text as a person or a program would read it, with the way back to what is written. */
export interface Reading {
  text: string;
  /** Offset in what is written where the character at `offset` begins. */
  startOf(offset: number): number;
  /** Offset in what is written after the character before `offset`. */
  endOf(offset: number): number;
}

/** What looks like nothing and would hide an identifier from every pattern: zero-width, joining and soft-hyphen characters. */
const invisible = String.raw`(?:\u034f|\u17b4|\u17b5|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]|[\u{e0000}-\u{e0fff}])+`;
/** Everything but ASCII, with the letter or digit before it, which may bear its marks. */
const foreign = String.raw`[\x00-\x7f]?[^\x00-\x7f]+`;
const foreignRuns = new RegExp(foreign, 'gu');
const escapesAndForeignRuns = new RegExp(`${escapes}|${foreign}`, 'gu');
const characters = new RegExp(`${invisible}|\\P{M}\\p{M}*|\\p{M}+`, 'gu');
const isInvisible = new RegExp(`^(?:${invisible})$`, 'u');
// eslint-disable-next-line no-control-regex -- everything but ASCII is what is asked for.
const isForeign = /[^\x00-\x7f]/u;

/** A text as it stands, in Unicode form NFKC, with invisible characters gone and look-alikes as what they look like. */
export function plainReadingOf(text: string): Reading {
  return isForeign.test(text) ? readWith(text, foreignRuns) : asWritten(text);
}

/** The same with HTML entities, percent-encoding and the escapes of JSON and C decoded. */
export function decodedReadingOf(text: string): Reading {
  return readWith(text, escapesAndForeignRuns);
}

function asWritten(text: string): Reading {
  return { text, startOf: (offset) => offset, endOf: (offset) => offset };
}

/** A text with every match of `pieces` read as one unit. */
function readWith(text: string, pieces: RegExp): Reading {
  const parts: string[] = [];
  /** Where each unit begins in the reading and in what is written, and how long it is there; verbatim runs are units too. */
  const inReading: number[] = [];
  const inText: number[] = [];
  const lengths: number[] = [];
  let length = 0;
  const add = (read: string, from: number, to: number) => {
    if (read === '') return;
    inReading.push(length);
    inText.push(from);
    lengths.push(to - from);
    parts.push(read);
    length += read.length;
  };
  const addForeign = (run: string, from: number) => {
    for (const { 0: character, index } of run.matchAll(characters)) {
      add(readCharacters(character), from + index, from + index + character.length);
    }
  };
  let position = 0;
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    add(text.slice(position, index), position, index);
    if (isForeign.test(piece)) addForeign(piece, index);
    else add(readCharacters(decodeEscape(piece)), index, index + piece.length);
    position = index + piece.length;
  }
  add(text.slice(position), position, text.length);

  const unitAt = (offset: number) => {
    let low = 0;
    let high = inReading.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((inReading[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const isVerbatim = (unit: number) => parts[unit]?.length === lengths[unit];
  return {
    text: unlike(parts.join('')),
    startOf: (offset) => {
      const unit = unitAt(offset);
      return (inText[unit] ?? 0) + (isVerbatim(unit) ? offset - (inReading[unit] ?? 0) : 0);
    },
    endOf: (offset) => {
      const unit = unitAt(offset - 1);
      const inside = offset - (inReading[unit] ?? 0);
      if (inside < (parts[unit]?.length ?? 0) && isVerbatim(unit)) return (inText[unit] ?? 0) + inside;
      // Invisible characters after a unit go with it.
      return inText[unit + 1] ?? text.length;
    },
  };
}

function readCharacters(piece: string): string {
  if (isInvisible.test(piece)) return '';
  // A mark over a digit is ornament; over a letter it may be part of the name.
  return piece
    .normalize('NFKC')
    .replace(/([\x20-\x40])\p{M}+/gu, '$1')
    .replace(/[\u00ad\u200b-\u200f\u2060]/gu, '');
}
