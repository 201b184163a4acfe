import type { Detector, PhiKind } from './detector.ts';

/** Where an identifier stands in a text, and its class. */
export interface Find {
  start: number;
  end: number;
  kind: PhiKind;
}

/** Detectors by what their matches begin with, so that each is tried only where it could match. */
export interface DetectorIndex {
  anywhere: readonly Detector[];
  number: readonly Compiled[];
  capital: readonly Compiled[];
  /** By the first letters of a label, as `keyOf` packs them. */
  words: ReadonlyMap<number, readonly Compiled[]>;
  size: number;
}

/** So many letters of a label's first word are looked up; the pattern sees to the rest. */
const keyLength = 3;

interface Compiled {
  detector: Detector;
  sticky: RegExp;
  rank: number;
}

/** An index of detectors. Their order stays that of precedence. */
export function indexDetectors(detectors: readonly Detector[]): DetectorIndex {
  const words = new Map<number, Compiled[]>();
  const number: Compiled[] = [];
  const capital: Compiled[] = [];
  for (const [rank, detector] of detectors.entries()) {
    if (detector.begins === undefined) continue;
    const compiled = { detector, sticky: new RegExp(detector.pattern.source, 'yu'), rank };
    if (detector.begins === 'number') number.push(compiled);
    else if (detector.begins === 'capital') capital.push(compiled);
    else {
      const keys = new Set(detector.begins.map((word) => keyAt(word, 0)));
      for (const key of keys) words.set(key, [...(words.get(key) ?? []), compiled]);
    }
  }
  const anywhere = detectors.filter(({ begins }) => begins === undefined);
  return { anywhere, number, capital, words, size: detectors.length };
}

/** What the detectors find in a text. Each finds from left to right and never twice in one place; they may overlap. */
export function runDetectors(text: string, index: DetectorIndex): Find[] {
  const finds: Find[] = [];
  for (const detector of index.anywhere) {
    if (detector.needs?.test(text) === false) continue;
    for (const match of text.matchAll(detector.pattern)) addFind(finds, detector, match);
  }
  const ends = new Int32Array(index.size);
  const tryAt = (position: number, compiled: Compiled) => {
    if (position < (ends[compiled.rank] ?? 0)) return;
    compiled.sticky.lastIndex = position;
    const match = compiled.sticky.exec(text);
    if (!match) return;
    ends[compiled.rank] = position + match[0].length;
    addFind(finds, compiled.detector, match);
  };
  let before = 0;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (isNumberStart(code, before)) {
      const together = digitsFrom(text, position);
      for (const compiled of index.number) {
        const { digits } = compiled.detector;
        if (together === 0 || !digits || digits.includes(together)) tryAt(position, compiled);
      }
    }
    if (isLetter(code) && !isLetter(before)) {
      if (isUpper(code)) for (const compiled of index.capital) tryAt(position, compiled);
      const labelled = index.words.get(keyAt(text, position));
      if (labelled) for (const compiled of labelled) tryAt(position, compiled);
    }
    before = code;
  }
  return finds;
}

function addFind(finds: Find[], { kind, accepts, extent }: Detector, match: RegExpExecArray): void {
  const value = match.groups?.['v'] ?? match[0];
  const start = match.index + match[0].length - value.length;
  const length = extent?.(value) ?? value.length;
  if (length > 0 && accepts?.(value) !== false) finds.push({ kind, start, end: start + length });
}

/** The first letters from a position on, in lower case, as one number; 0 where there is none. */
function keyAt(text: string, position: number): number {
  let key = 0;
  for (let at = position; at < position + keyLength; at += 1) {
    const code = text.charCodeAt(at);
    if (!isAsciiLetter(code)) break;
    key = key * 32 + (code & 31);
  }
  return key;
}

function digitsFrom(text: string, position: number): number {
  let end = position;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end - position;
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isAsciiLetter = (code: number) => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
const isLetter = (code: number) => isAsciiLetter(code) || code >= 0xc0;
const isUpper = (code: number) => (code >= 65 && code <= 90) || code >= 0xc0;

/** The first digit of some, what opens a telephone number, or a letter read for a digit. */
function isNumberStart(code: number, before: number): boolean {
  if (isDigit(code)) return !isDigit(before);
  // ( + [ and O o I l
  if (code === 40 || code === 43 || code === 91) return true;
  return (
    (code === 79 || code === 111 || code === 73 || code === 108) && !isLetter(before) && !isDigit(before)
  );
}
