import { siteIdSchema } from '../contracts/ids.ts';
import {
  concatBytes,
  decodeBase64,
  decodeHex,
  encodeBase64,
  encodeHex,
  encodeUtf8,
  equalBytes,
} from './bytes.ts';
import type { Sha256 } from './digest.ts';
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
  const signature = concatBytes([noteKeyHash(name, signer.publicKey, sha256), signer.sign(encodeUtf8(body))]);
  return `${body}\n— ${name} ${encodeBase64(signature)}\n`;
}

/** Ed25519 among the algorithms of signed notes. */
const ed25519Algorithm = 1;

/** First four bytes of SHA-256 of the key's name, a newline, the algorithm and the raw key (signed-note, "Signatures"). */
export function noteKeyHash(name: string, publicKey: Uint8Array, sha256: Sha256): Uint8Array {
  const digest = sha256(concatBytes([encodeUtf8(`${name}\n`), Uint8Array.of(ed25519Algorithm), publicKey]));
  return (decodeHex(digest) ?? new Uint8Array()).subarray(0, 4);
}

/** The key as signed-note tools take it: `<name>+<hash>+<base64 of algorithm and key>`. */
export function noteVerifierKey(site: string, publicKey: Uint8Array, sha256: Sha256): string {
  const name = checkpointOrigin(site);
  const hash = encodeHex(noteKeyHash(name, publicKey, sha256));
  return `${name}+${hash}+${encodeBase64(concatBytes([Uint8Array.of(ed25519Algorithm), publicKey]))}`;
}

/** A checkpoint as read, its signatures not yet verified. */
export interface CheckpointNote {
  readonly checkpoint: Checkpoint;
  /** The signed text. */
  readonly body: string;
  readonly signatures: readonly { name: string; keyHash: Uint8Array; signature: Uint8Array }[];
}

/** Reads a note. Undefined for anything that this module would not have written, extension lines included. */
export function parseCheckpoint(note: string): CheckpointNote | undefined {
  const [origin = '', size = '', root = '', blank, ...rest] = note.split('\n');
  if (blank !== '' || rest.length < 2 || rest.pop() !== '') return undefined;
  const site = siteIdSchema.safeParse(origin.slice(originPrefix.length));
  const rootBytes = decodeBase64(root);
  if (!origin.startsWith(originPrefix) || !site.success || rootBytes?.length !== 32) return undefined;
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const signatures = rest.map(parseSignatureLine);
  if (!signatures.every((signature) => signature !== undefined)) return undefined;
  const checkpoint = { site: site.data, size: Number(size), root: encodeHex(rootBytes) };
  return { checkpoint, body: `${origin}\n${size}\n${root}\n`, signatures };
}

function parseSignatureLine(line: string): CheckpointNote['signatures'][number] | undefined {
  const match = /^— ([^\s+]+) (\S+)$/.exec(line);
  const bytes = match?.[2] === undefined ? undefined : decodeBase64(match[2]);
  if (match?.[1] === undefined || bytes?.length !== 68) return undefined;
  return { name: match[1], keyHash: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

/**
 * Whether the log itself signed the note with `publicKey`. Signatures of others (witnesses) are skipped, as the
 * specification wants.
 */
export async function isSignedBy(
  note: CheckpointNote,
  publicKey: Uint8Array,
  { sha256, verifyEd25519 }: { sha256: Sha256; verifyEd25519: VerifyEd25519 },
): Promise<boolean> {
  const name = checkpointOrigin(note.checkpoint.site);
  const keyHash = noteKeyHash(name, publicKey, sha256);
  const body = encodeUtf8(note.body);
  for (const signature of note.signatures) {
    if (signature.name !== name || !equalBytes(signature.keyHash, keyHash)) continue;
    if (await verifyEd25519(publicKey, body, signature.signature)) return true;
  }
  return false;
}
