/**
 * Finds regular expressions whose matching time can explode on a text chosen by an adversary. Conservative: it refuses
 * some harmless patterns, and every pattern it lets through takes at most quadratic time.
 */

interface Piece {
  /** Characters it can consume, as marks of `samples`. */
  chars: Set<string>;
  /** Characters it must begin and end with where it consumes anything; absent where that is not one fixed character. */
  head?: Set<string>;
  tail?: Set<string>;
  /** Whether it consumes at least one character. */
  mandatory: boolean;
  /** Whether it can consume different amounts. */
  variable: boolean;
}

const samples = [...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)), 'é', '中', '😀'];

class SlowPattern extends Error {}

/** Why `source` (a valid pattern with the `u` flag) may be slow, or undefined where it is quick. */
export function findSlowPattern(source: string): string | undefined {
  try {
    const reader = { source, at: 0 };
    readAlternatives(reader);
    return reader.at < source.length ? 'could not be analysed' : undefined;
  } catch (error) {
    if (error instanceof SlowPattern) return error.message;
    throw error;
  }
}

interface Reader {
  source: string;
  at: number;
}

function readAlternatives(reader: Reader): Piece[][] {
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    alternatives.push(readSequence(reader));
  }
  return alternatives;
}

function readSequence(reader: Reader): Piece[] {
  const pieces: Piece[] = [];
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? '')) {
    const { inner, piece } = readAtom(reader);
    const repeated = readQuantifier(reader, piece, inner);
    if (repeated.chars.size > 0) pieces.push(repeated);
  }
  refuseOverlap(pieces);
  return pieces;
}

/** One atom; `inner` are the alternatives of a group, a single piece otherwise. */
function readAtom(reader: Reader): { inner: Piece[][]; piece: Piece } {
  const rest = reader.source.slice(reader.at);
  const opening = /^\((?:\?(?:<?[=!]|:|<[^>]+>))?/u.exec(rest);
  if (opening) {
    reader.at += opening[0].length;
    const inner = readAlternatives(reader);
    reader.at += 1;
    const isLookaround = /[=!]$/u.test(opening[0]);
    return { inner, piece: isLookaround ? nothing() : groupPiece(inner) };
  }
  const atom = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u....|\\x..|\\k<[^>]*>|\\.|.)/su.exec(
    rest,
  );
  const text = atom?.[0] ?? rest;
  reader.at += text.length;
  if (/^\\(?:[1-9]|k)/u.test(text)) throw new SlowPattern('uses a back reference');
  if (text === '^' || text === '$' || /^\\[bB]$/u.test(text)) return { inner: [], piece: nothing() };
  const matcher = new RegExp(`^(?:${text})$`, 'su');
  const chars = new Set(samples.filter((sample) => matcher.test(sample)));
  if (chars.size === 0) chars.add(text);
  const piece = { chars, mandatory: true, variable: false };
  return { inner: [[piece]], piece };
}

function nothing(): Piece {
  return { chars: new Set(), mandatory: false, variable: false };
}

function groupPiece(inner: Piece[][]): Piece {
  const [first, ...others] = inner;
  const head = others.length === 0 ? fixed(first?.[0]) : undefined;
  const tail = others.length === 0 ? fixed(first?.at(-1)) : undefined;
  return {
    ...(head && { head }),
    ...(tail && { tail }),
    chars: new Set(inner.flatMap((pieces) => pieces.flatMap((piece) => [...piece.chars]))),
    mandatory: inner.every((pieces) => pieces.some((piece) => piece.mandatory)),
    variable:
      inner.some((pieces) => pieces.some((piece) => piece.variable)) ||
      others.some((pieces) => pieces.length !== first?.length),
  };
}

function fixed(piece: Piece | undefined): Set<string> | undefined {
  return piece?.mandatory && !piece.variable ? piece.chars : undefined;
}

function readQuantifier(reader: Reader, piece: Piece, inner: Piece[][]): Piece {
  const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/u.exec(reader.source.slice(reader.at));
  if (!found) return piece;
  reader.at += found[0].length;
  const least = found[1] === '+' ? 1 : Number(found[2] ?? 0);
  const most = readMost(found, least);
  if (most > 1) refuseAmbiguousRepeat(inner);
  return {
    ...piece,
    mandatory: piece.mandatory && least > 0,
    variable: piece.variable || least !== most,
  };
}

function readMost([, sign, , comma, limit]: RegExpExecArray, least: number): number {
  if (sign === '?') return 1;
  if (sign === undefined && comma === undefined) return least;
  return limit ? Number(limit) : Infinity;
}

/** A repeated group must split a text into its rounds in one way only. */
function refuseAmbiguousRepeat(inner: Piece[][]): void {
  for (const [index, pieces] of inner.entries()) {
    const starts = pieces[0];
    const overlapping = inner
      .slice(index + 1)
      .some((other) => starts && other[0] && overlap(starts, other[0]));
    if (inner.length > 1 && (!starts?.mandatory || overlapping)) {
      throw new SlowPattern('repeats alternatives that can begin alike');
    }
    if (pieces.some((piece) => piece.variable) && !hasSeparator(pieces, inner.length)) {
      throw new SlowPattern('repeats a group that itself repeats without a separator');
    }
  }
}

function hasSeparator(pieces: Piece[], alternatives: number): boolean {
  const ends = [pieces[0], pieces.at(-1)];
  return (
    alternatives === 1 &&
    ends.some(
      (end) =>
        end?.mandatory && !end.variable && pieces.every((piece) => piece === end || !overlap(piece, end)),
    )
  );
}

/** Two variable pieces that share characters and have nothing between to tell them apart are quadratic and worse. */
function refuseOverlap(pieces: Piece[]): void {
  for (const [index, left] of pieces.entries()) {
    if (!left.variable) continue;
    for (const right of pieces.slice(index + 1)) {
      if (right.variable && !areToldApart(left, right)) {
        throw new SlowPattern('has neighbouring repeats that can match the same characters');
      }
      if (right.mandatory && !overlap(left, right)) break;
    }
  }
}

/** Whether the character where `right` begins, or `left` ends, is never one of the other's. */
function areToldApart(left: Piece, right: Piece): boolean {
  return !share(left.chars, right.head ?? right.chars) || !share(left.tail ?? left.chars, right.chars);
}

function overlap(left: Piece, right: Piece): boolean {
  return share(left.chars, right.chars);
}

function share(left: Set<string>, right: Set<string>): boolean {
  return [...left].some((char) => right.has(char));
}
