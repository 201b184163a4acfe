/** Object `number` of the kill test: long enough that writing it takes a moment, and different in every part of it. */
export function numberedBytes(number: number): Buffer {
  return Buffer.alloc(4_000_000, `object ${number}, and so on to the end of it\n`);
}

export function numberedKey(number: number): string {
  return `sites/oak-street/entries/${String(number).padStart(12, '0')}.json`;
}
