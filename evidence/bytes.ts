/**
 * Text and bytes. Works on any JavaScript platform and uses Node's own routines where they are there, since they are
 * several times faster and every bundle passes through here.
 */
export const nodeBuffer = (globalThis as { Buffer?: BufferConstructor }).Buffer;

const encoder = new TextEncoder();
/** `ignoreBOM` keeps a byte order mark as a character: decoding must not lose a byte that was signed. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const encodeUtf8: (text: string) => Uint8Array = nodeBuffer
  ? (text) => nodeBuffer.from(text, 'utf8')
  : (text) => encoder.encode(text);

/** The text of `bytes`, or undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** One array of all `parts`, in order. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = nodeBuffer ? nodeBuffer.allocUnsafe(length) : new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

const byteToHex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byteToHex[byte] ?? '';
  return text;
}

/** Bytes of lower-case hex, or undefined where it is not that. */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(text.slice(index * 2, index * 2 + 2), 16);
  }
  return bytes;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export const encodeBase64: (bytes: Uint8Array) => string = nodeBuffer
  ? (bytes) => nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
  : (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/**
 * Bytes of standard base64 with padding, or undefined where the text is not exactly what `encodeBase64` gives for them:
 * white space, missing padding and stray bits in the last digit would let two texts stand for one signature.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const bytes = nodeBuffer ? new Uint8Array(nodeBuffer.from(text, 'base64')) : decodeLeniently(text);
  return bytes && encodeBase64(bytes) === text ? bytes : undefined;
}

function decodeLeniently(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
