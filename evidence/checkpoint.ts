import { siteIdSchema } from '../contracts/ids.ts';
import { decodeBase64, decodeHex, encodeBase64, encodeHex, encodeUtf8 } from './bytes.ts';
import type { Sha256 } from './digest.ts';
import {
  noteKeyHash,
  type NoteSignature,
  noteSignatureLine,
  noteVerifierText,
  parseSignatureLines,
  signaturesBy,
} from './note.ts';
import type { Signer, VerifyEd25519 } from './signer.ts';

/**
 * A checkpoint is what a site's ledger was at one size, as a C2SP signed note (c2sp.org/tlog-checkpoint,
 * c2sp.org/signed-note): three lines, an empty line and signatures, with which any witness or monitor can work.
 */
export interface Checkpoint {
  readonly site: string;
  readonly size: number;
  /** Root of the Merkle tree over the first `size` entries, hex. */
  readonly root: string;
}

const originPrefix = 'malachor.dev/ledger/';

/** The log's name, which is also the name its checkpoints are signed under. */
export function checkpointOrigin(site: string): string {
  return originPrefix + site;
}

/** The text that is signed: origin, size and base64 root, each on a line. Throws RangeError for a root that is no digest. */
export function checkpointBody({ site, size, root }: Checkpoint): string {
  const bytes = decodeHex(root);
  if (bytes?.length !== 32) throw new RangeError('A checkpoint needs a root of 64 hex digits.');
  return `${checkpointOrigin(site)}\n${size}\n${encodeBase64(bytes)}\n`;
}

/** The checkpoint as a note with the signer's signature. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer, sha256: Sha256): string {
  const body = checkpointBody(checkpoint);
  const name = checkpointOrigin(checkpoint.site);
  const keyHash = noteKeyHash(name, signer.publicKey, sha256);
  return `${body}\n${noteSignatureLine({ name, keyHash, signature: signer.sign(encodeUtf8(body)) })}`;
}

/** The log's key as signed-note tools take it. */
export function noteVerifierKey(site: string, publicKey: Uint8Array, sha256: Sha256): string {
  return noteVerifierText(checkpointOrigin(site), publicKey, sha256);
}

/** A checkpoint as read, its signatures not yet verified. */
export interface CheckpointNote {
  readonly checkpoint: Checkpoint;
  /** The signed text. */
  readonly body: string;
  readonly signatures: readonly NoteSignature[];
}

/** Reads a note. Undefined for anything that this module would not have written, extension lines included. */
export function parseCheckpoint(note: string): CheckpointNote | undefined {
  const [origin = '', size = '', root = '', blank, ...rest] = note.split('\n');
  if (blank !== '') return undefined;
  const site = siteIdSchema.safeParse(origin.slice(originPrefix.length));
  const rootBytes = decodeBase64(root);
  if (!origin.startsWith(originPrefix) || !site.success || rootBytes?.length !== 32) return undefined;
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const signatures = parseSignatureLines(rest.join('\n'));
  if (!signatures) return undefined;
  const checkpoint = { site: site.data, size: Number(size), root: encodeHex(rootBytes) };
  return { checkpoint, body: `${origin}\n${size}\n${root}\n`, signatures };
}

/**
 * What a note's signature lines say of one key of the log. Lines of others (witnesses) are skipped. `invalid` where a line says
 * that it is by this key and is not: such a note is to be refused, whatever else is on it.
 */
export async function logSignature(
  note: CheckpointNote,
  publicKey: Uint8Array,
  { sha256, verifyEd25519 }: { sha256: Sha256; verifyEd25519: VerifyEd25519 },
): Promise<'valid' | 'absent' | 'invalid'> {
  const name = checkpointOrigin(note.checkpoint.site);
  const body = encodeUtf8(note.body);
  const claimed = signaturesBy(note.signatures, name, noteKeyHash(name, publicKey, sha256));
  for (const { signature } of claimed) {
    if (!(await verifyEd25519(publicKey, body, signature))) return 'invalid';
  }
  return claimed.length > 0 ? 'valid' : 'absent';
}

/** Whether the log itself signed the note with `publicKey`. */
export async function isSignedBy(
  note: CheckpointNote,
  publicKey: Uint8Array,
  cryptography: { sha256: Sha256; verifyEd25519: VerifyEd25519 },
): Promise<boolean> {
  return (await logSignature(note, publicKey, cryptography)) === 'valid';
}
