/**
 * The lines of a file, counted from 1, without their newlines. A last line without one is a line too; it fails as what it should
 * be if it was cut.
 */
export function* splitLines(bytes: Uint8Array): Generator<{ text: Uint8Array; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    yield { text: bytes.subarray(start, end), line };
    start = end + 1;
  }
}
