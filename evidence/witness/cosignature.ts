import { concatBytes, encodeUtf8 } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import {
  isNoteName,
  noteKeyHash,
  type NoteSignature,
  noteSignatureLine,
  noteVerifierText,
  signaturesBy,
} from '../note.ts';
import type { Cryptography, Signer } from '../signer.ts';

/**
 * Cosignatures of witnesses (c2sp.org/tlog-cosignature, the Ed25519 kind): who signs says that, at that time, this was the
 * largest checkpoint of the log that it had seen, and that all it had seen fit together.
 */

/** A witness as others know it. Its key signs nothing else: the text it signs does not name it. */
export interface Witness {
  /** As `malachor.dev/witness/north-clinic/box-1`: not empty, no white space, no plus. */
  readonly name: string;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** What is signed: `cosignature/v1`, the time in seconds since 1970, and the checkpoint's body with all its lines. */
export function cosignedMessage(body: string, timestamp: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${timestamp}\n${body}`);
}

/**
 * The signature line, with its newline, that goes under the checkpoint's others. Throws RangeError for a name that no key may
 * have, and for a time that is no whole second after 1970.
 */
export function cosign(
  body: string,
  timestamp: number,
  { name, signer }: { name: string; signer: Signer },
  sha256: Sha256,
): string {
  if (!isNoteName(name)) throw new RangeError('A witness name has no white space and no plus.');
  if (!Number.isSafeInteger(timestamp) || timestamp <= 0)
    throw new RangeError('A cosignature needs whole seconds.');
  const signature = concatBytes([bigEndian64(timestamp), signer.sign(cosignedMessage(body, timestamp))]);
  const keyHash = noteKeyHash(name, signer.publicKey, sha256, 'cosignature');
  return noteSignatureLine({ name, keyHash, signature });
}

/** The witness's key as signed-note tools take it. */
export function witnessVerifierKey({ name, publicKey }: Witness, sha256: Sha256): string {
  return noteVerifierText(name, publicKey, sha256, 'cosignature');
}

export type CosignatureVerdict =
  | { readonly kind: 'valid'; /** Seconds since 1970. */ readonly timestamp: number }
  /** The witness did not sign, or under another key. */
  | { readonly kind: 'absent' }
  /** A line says that it is this witness's, and is not: the note is to be refused. */
  | { readonly kind: 'invalid' };

/** What a note's signature lines say of one witness. Lines of others, and of algorithms not known here, are skipped. */
export async function verifyCosignature(
  note: { readonly body: string; readonly signatures: readonly NoteSignature[] },
  { name, publicKey }: Witness,
  { sha256, verifyEd25519 }: Cryptography,
): Promise<CosignatureVerdict> {
  const keyHash = noteKeyHash(name, publicKey, sha256, 'cosignature');
  let latest: number | undefined;
  for (const { signature } of signaturesBy(note.signatures, name, keyHash)) {
    const timestamp = signature.length === 72 ? fromBigEndian64(signature.subarray(0, 8)) : undefined;
    if (timestamp === undefined || timestamp === 0) return { kind: 'invalid' };
    const message = cosignedMessage(note.body, timestamp);
    if (!(await verifyEd25519(publicKey, message, signature.subarray(8)))) return { kind: 'invalid' };
    latest = Math.max(latest ?? 0, timestamp);
  }
  return latest === undefined ? { kind: 'absent' } : { kind: 'valid', timestamp: latest };
}

function bigEndian64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Undefined beyond exact numbers, which is 285 million years on. */
function fromBigEndian64(bytes: Uint8Array): number | undefined {
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
