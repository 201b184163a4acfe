import { phiKinds, type Detector, type PhiKind } from './detector.ts';
import { findNames, type Stretch } from './names/find-names.ts';
import { readingsOf } from './reading.ts';

/** Where an identifier stands in a text, and its class. */
export interface Find extends Stretch {
  kind: PhiKind;
}

/** A token of an earlier pass, left as it is so that scrubbing twice changes nothing. */
const token = new RegExp(String.raw`\[(?:${phiKinds.join('|')}):[0-9a-f]{8}\]`, 'gu');

/** The identifiers of a text by every reading of it, in order and apart from each other; none inside an earlier token. */
export function findIdentifiers(text: string, active: readonly Detector[]): Find[] {
  const finds = readingsOf(text).flatMap((reading) => {
    const found = [...byDetectors(reading.text, active), ...byNames(reading.text)];
    return found.map(({ start, end, kind }) => ({ kind, start: reading.startOf(start), end: reading.endOf(end) }));
  });
  return withoutTokens(merged(finds), tokensIn(text));
}

function byDetectors(text: string, active: readonly Detector[]): Find[] {
  const finds: Find[] = [];
  for (const { kind, pattern, needs, accepts, extent } of active) {
    if (needs && !needs.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.['v'] ?? match[0];
      const start = match.index + match[0].length - value.length;
      const length = extent?.(value) ?? value.length;
      if (length > 0 && accepts?.(value) !== false) finds.push({ kind, start, end: start + length });
    }
  }
  return finds;
}

function byNames(text: string): Find[] {
  return findNames(text).map(({ start, end }) => ({ kind: 'NAME', start, end }));
}

function tokensIn(text: string): Stretch[] {
  return [...text.matchAll(token)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
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

function withoutTokens(finds: Find[], tokens: Stretch[]): Find[] {
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
