/**
 * A regular expression's source with each inline group `(?i:…)` written out as `(?:…)` that matches either case of its
 * ASCII letters. The engine's own inline flags are new (V8 13) and were seen, once and not again, to match one case only in
 * a whole test process; an identifier that slips through is not worth the shorter source. Escapes and character classes
 * inside such a group stay as they are; it holds no other such group.
 *
 * @throws SyntaxError where a group is not closed
 */
export function writeOutCases(source: string): string {
  let written = '';
  let position = 0;
  for (let start = source.indexOf(opening); start >= 0; start = source.indexOf(opening, position)) {
    const end = endOfGroup(source, start + opening.length);
    const inner = source.slice(start + opening.length, end);
    written += `${source.slice(position, start)}(?:${bothCases(inner)})`;
    position = end + 1;
  }
  return written + source.slice(position);
}

const opening = '(?i:';
/** An escape, a property class, a character class, a group's opening, or one letter. */
const piece = /\\[pP]\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|\(\?(?:<[^>]*>|<?[=!:])|[A-Za-z]/gsu;

function bothCases(source: string): string {
  return source.replace(piece, (text) => {
    return /^[A-Za-z]$/u.test(text) ? `[${text.toLowerCase()}${text.toUpperCase()}]` : text;
  });
}

function endOfGroup(source: string, from: number): number {
  let depth = 1;
  for (const match of source.slice(from).matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()]/gsu)) {
    if (match[0] === '(') depth += 1;
    if (match[0] === ')') depth -= 1;
    if (depth === 0) return from + match.index;
  }
  throw new SyntaxError(`the group at ${from - opening.length} is not closed`);
}
