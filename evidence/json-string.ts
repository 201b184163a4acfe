/** Why a value has no canonical JSON form. */
export type CanonicalJsonProblem =
  'number_not_finite' | 'lone_surrogate' | 'undefined_in_array' | 'not_a_json_value' | 'too_deep';

/** Thrown for a value that RFC 8785 cannot express; nothing is replaced or left out silently. */
export class CanonicalJsonError extends Error {
  readonly code: CanonicalJsonProblem;
  constructor(code: CanonicalJsonProblem, message: string) {
    super(message);
    this.name = 'CanonicalJsonError';
    this.code = code;
  }
}

/**
 * A JSON string literal. JSON.stringify writes it exactly as RFC 8785 3.2.2.2 wants, but for lone surrogates, which
 * have no form and are refused.
 */
export function quoteString(text: string): string {
  if (text.isWellFormed()) return JSON.stringify(text);
  throw new CanonicalJsonError(
    'lone_surrogate',
    'A string holds a lone surrogate, which UTF-8 cannot carry.',
  );
}

const names = new Map<string, string>();
const maxNames = 64;

/** The same for a text that many values share, as the id of a key: it is quoted once, not for each of them. */
export function quoteName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const quoted = quoteString(text);
  if (names.size === maxNames) names.clear();
  names.set(text, quoted);
  return quoted;
}

/** Whether any byte is below 0x20. Four bytes at a time, because it runs over everything that is signed. */
export function hasControlByte(bytes: Uint8Array): boolean {
  const unaligned = Math.min(-bytes.byteOffset & 3, bytes.length);
  const wordCount = (bytes.length - unaligned) >> 2;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + unaligned, wordCount);
  let found = 0;
  // The high bit of a byte of (word - 0x20…) & ~word is set where that byte was below 0x20.
  for (let index = 0; index < wordCount; index++) {
    const word = words[index] ?? 0;
    found |= (word - 0x20202020) & ~word;
  }
  if ((found & 0x80808080) !== 0) return true;
  return (
    hasControlByteIn(bytes, 0, unaligned) || hasControlByteIn(bytes, unaligned + wordCount * 4, bytes.length)
  );
}

function hasControlByteIn(bytes: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    if ((bytes[index] ?? 0) < 0x20) return true;
  }
  return false;
}
