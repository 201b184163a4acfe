/** `text` as one word of a POSIX shell, whatever it holds. @throws TypeError on NUL, which no shell word can hold. */
export function shellQuote(text: string): string {
  if (text.includes('\0')) throw new TypeError('a shell word cannot hold NUL');
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
