import {
  decodeBase64,
  encodeBase64,
  encodeUtf8,
  concatBytes,
  decodeHex,
  encodeHex,
  equalBytes,
} from './bytes.ts';
import type { Sha256 } from './digest.ts';

/** Signed notes (c2sp.org/signed-note): text, an empty line, and a line for each signature. */

/** Kinds of signatures, by the byte that goes into the key hash. */
export const noteAlgorithms = {
  /** Ed25519 over the text. */
  ed25519: 1,
  /** Ed25519 over the text and a time (c2sp.org/tlog-cosignature). */
  cosignature: 4,
} as const;
export type NoteAlgorithm = keyof typeof noteAlgorithms;

/** One signature line, as read; `keyHash` is only a hint which key it is by. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes. */
  readonly keyHash: Uint8Array;
  /** What follows them: 64 bytes of an Ed25519 signature, 72 of a cosignature, others of algorithms not known here. */
  readonly signature: Uint8Array;
}

/** First four bytes of SHA-256 of the key's name, a newline, the algorithm and the raw key (signed-note, "Signatures"). */
export function noteKeyHash(
  name: string,
  publicKey: Uint8Array,
  sha256: Sha256,
  algorithm: NoteAlgorithm = 'ed25519',
): Uint8Array {
  const algorithmByte = Uint8Array.of(noteAlgorithms[algorithm]);
  const digest = sha256(concatBytes([encodeUtf8(`${name}\n`), algorithmByte, publicKey]));
  return (decodeHex(digest) ?? new Uint8Array()).subarray(0, 4);
}

/** A key as signed-note tools take it: `<name>+<hash>+<base64 of algorithm and key>`. */
export function noteVerifierText(
  name: string,
  publicKey: Uint8Array,
  sha256: Sha256,
  algorithm: NoteAlgorithm = 'ed25519',
): string {
  const hash = encodeHex(noteKeyHash(name, publicKey, sha256, algorithm));
  return `${name}+${hash}+${encodeBase64(concatBytes([Uint8Array.of(noteAlgorithms[algorithm]), publicKey]))}`;
}

/** A signature line with its newline. */
export function noteSignatureLine({ name, keyHash, signature }: NoteSignature): string {
  return `— ${name} ${encodeBase64(concatBytes([keyHash, signature]))}\n`;
}

/** Whether a key may be called so: not empty, no white space, no plus. */
export function isNoteName(name: string): boolean {
  return /^[^\s+]+$/u.test(name) && name.isWellFormed();
}

/** Most signatures a note may have; the specification wants at least 16 to be taken. */
const maxSignatures = 64;

/** Reads signature lines, each with its newline. Undefined where any is of another form, where there are none or too many. */
export function parseSignatureLines(text: string): NoteSignature[] | undefined {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > maxSignatures) return undefined;
  const signatures = lines.map(parseSignatureLine);
  return signatures.every((signature) => signature !== undefined) ? signatures : undefined;
}

function parseSignatureLine(line: string): NoteSignature | undefined {
  const match = /^— (\S+) (\S+)$/u.exec(line);
  const bytes = match?.[2] === undefined ? undefined : decodeBase64(match[2]);
  if (match?.[1] === undefined || !isNoteName(match[1]) || !bytes || bytes.length < 5) return undefined;
  return { name: match[1], keyHash: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/** The signatures that claim to be by this key. */
export function signaturesBy(
  signatures: readonly NoteSignature[],
  name: string,
  keyHash: Uint8Array,
): readonly NoteSignature[] {
  return signatures.filter((signature) => signature.name === name && equalBytes(signature.keyHash, keyHash));
}
