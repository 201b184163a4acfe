import { phiKinds } from './detector.ts';
import { hasEscape } from './escapes.ts';
import { findNames } from './names/find-names.ts';
import { decodedReadingOf, plainReadingOf, type Reading } from './reading.ts';
import { runDetectors, type DetectorIndex, type Find } from './run-detectors.ts';

/** A token of an earlier pass, left as it is so that scrubbing twice changes nothing. */
const token = new RegExp(String.raw`\[(?:${phiKinds.join('|')}):[0-9a-f]{8}\]`, 'gu');
/** So many units at most before and after a line with escapes are decoded with it, for labels and broken numbers. */
const aroundEscapes = 256;

/**
 * The identifiers of a text in order and apart from each other, none inside an earlier token: those of the text as it
 * stands, and those of it decoded where it has escapes. Both are needed, since decoding what only looks like an escape
 * could hide something.
 */
export function findIdentifiers(text: string, index: DetectorIndex): Find[] {
  const finds = findIn(plainReadingOf(text), 0, index);
  for (const { start, end, from, to } of escapedStretches(text)) {
    const decoded = findIn(decodedReadingOf(text.slice(from, to)), from, index);
    // What is around was read as it stands, and whole.
    finds.push(...decoded.filter((find) => find.end > start && find.start < end));
  }
  return withoutTokens(merged(finds), text);
}

function findIn(reading: Reading, offset: number, index: DetectorIndex): Find[] {
  const names = findNames(reading.text).map(({ start, end }) => ({ kind: 'NAME' as const, start, end }));
  return [...runDetectors(reading.text, index), ...names].map(({ kind, start, end }) => ({
    kind,
    start: reading.startOf(start) + offset,
    end: reading.endOf(end) + offset,
  }));
}

interface Stretch {
  start: number;
  end: number;
}

/** Whole lines with escapes in them, and what is read with them to see what is before and after. */
function escapedStretches(text: string): (Stretch & { from: number; to: number })[] {
  if (!hasEscape(text)) return [];
  const stretches: Stretch[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    const last = stretches.at(-1);
    if (!hasEscape(text.slice(start, end))) start = end;
    else if (last && start - last.end <= aroundEscapes) start = last.end = end;
    else {
      stretches.push({ start, end });
      start = end;
    }
  }
  return stretches.map(({ start, end }) => ({
    start,
    end,
    from: Math.max(0, start - aroundEscapes),
    to: Math.min(text.length, end + aroundEscapes),
  }));
}

/** Overlapping finds become one that covers all of them, named by the first. */
function merged(finds: Find[]): Find[] {
  const result: Find[] = [];
  // The sort is stable, so that of two finds at one place the detector listed first names the token.
  for (const find of finds.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && find.start < last.end) last.end = Math.max(last.end, find.end);
    else result.push({ ...find });
  }
  return result;
}

function withoutTokens(finds: Find[], text: string): Find[] {
  const tokens = [...text.matchAll(token)].map(({ 0: held, index }) => ({
    start: index,
    end: index + held.length,
  }));
  const kept: Find[] = [];
  let next = 0;
  for (const find of finds) {
    let start = find.start;
    while (next < tokens.length && (tokens[next]?.end ?? 0) <= start) next += 1;
    for (let index = next; index < tokens.length; index += 1) {
      const held = tokens[index];
      if (!held || held.start >= find.end) break;
      if (held.start > start) kept.push({ ...find, start, end: held.start });
      start = Math.max(start, held.end);
    }
    if (start < find.end) kept.push({ ...find, start });
  }
  return kept;
}
