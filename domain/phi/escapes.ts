const backslashes = String.raw`\\{1,4}`;
const percent = '%(?:25){0,3}';

/** Source of a pattern that matches one character written as an escape, once or several times over. */
export const escapes = [
  String.raw`${backslashes}u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})`,
  String.raw`${backslashes}x[0-9a-fA-F]{2}`,
  String.raw`\\[0-3][0-7]{2}(?![0-9])`,
  // Before a small letter `\n` is a path's or a login's backslash as likely as a line's end.
  String.raw`${backslashes}[nrt](?![a-z])`,
  String.raw`${backslashes}["'/]`,
  `${percent}[0-7][0-9a-fA-F]`,
  `(?:${percent}[89a-fA-F][0-9a-fA-F]){2,4}`,
  String.raw`&(?:amp;){0,3}#(?:[xX]0{0,6}[0-9a-fA-F]{1,6}|0{0,6}[0-9]{1,7});?`,
  String.raw`&(?:amp;){0,3}[a-zA-Z]{2,8};`,
].join('|');

const escape = new RegExp(escapes, 'u');

/** Whether a text has an escape, or what looks like one. */
export function hasEscape(text: string): boolean {
  return /[\\%&]/u.test(text) && escape.test(text);
}

/** HTML's names of what identifiers are made of. */
const entities: Record<string, string> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  shy: '',
  zwj: '',
  zwnj: '',
  commat: '@',
  period: '.',
  colon: ':',
  comma: ',',
  sol: '/',
  bsol: '\\',
  hyphen: '-',
  dash: '-',
  ndash: '-',
  mdash: '-',
  minus: '-',
  lpar: '(',
  rpar: ')',
  num: '#',
  plus: '+',
  equals: '=',
  lowbar: '_',
  newline: '\n',
  tab: '\t',
};
const marks: Record<string, string> = {
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  cedil: '\u0327',
  caron: '\u030c',
  ring: '\u030a',
};

/** The character that an escape stands for; anything else as it is. */
export function decodeEscape(piece: string): string {
  if (piece.startsWith('\\')) return decodeBackslash(piece.replace(/^\\+/u, ''));
  if (piece.startsWith('%')) return decodePercent(piece);
  if (piece.startsWith('&'))
    return decodeEntity(piece.replace(/^&(?:amp;)*/u, '').replace(/;$/u, '')) ?? piece;
  return piece;
}

function decodeBackslash(body: string): string {
  const hex = /^[ux]\{?([0-9a-fA-F]+)\}?$/u.exec(body)?.[1];
  if (hex) return fromCode(Number.parseInt(hex, 16));
  if (/^[0-7]{3}$/u.test(body)) return fromCode(Number.parseInt(body, 8));
  return { n: '\n', r: '\r', t: '\t' }[body] ?? body;
}

function decodePercent(piece: string): string {
  const plain = piece.replaceAll(/%(?:25)*(?=[0-9a-fA-F]{2}(?:%|$))/gu, '%');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function decodeEntity(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:[xX]([0-9a-fA-F]+)|([0-9]+))$/u.exec(name) ?? [];
  if (hex) return fromCode(Number.parseInt(hex, 16));
  if (decimal) return fromCode(Number.parseInt(decimal, 10));
  const [, letter, mark] = /^([A-Za-z])(acute|grave|circ|tilde|uml|cedil|caron|ring)$/u.exec(name) ?? [];
  if (letter && mark) return `${letter}${marks[mark] ?? ''}`.normalize('NFC');
  return entities[name] ?? entities[name.toLowerCase()];
}

function fromCode(code: number): string {
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '';
}
