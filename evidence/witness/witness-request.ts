import { type CheckpointNote, parseCheckpoint } from '../checkpoint.ts';
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '../bytes.ts';

/** What a log asks a witness for: the body of `add-checkpoint` (c2sp.org/tlog-witness). */
export interface WitnessRequest {
  /** Size of the checkpoint that the witness is thought to have seen last; 0 for none. */
  readonly oldSize: number;
  /** Consistency proof (RFC 9162 2.1.4, hex) from `oldSize` to the checkpoint's size. */
  readonly proof: readonly string[];
  /** The checkpoint as a signed note. */
  readonly note: string;
}

/** Longest note that is read; a checkpoint with 64 signatures has under 16 KiB. */
const maxNoteLength = 65_536;
const maxProofLines = 63;

export function writeWitnessRequest({ oldSize, proof, note }: WitnessRequest): string {
  const lines = proof.map((hash) => `${encodeBase64(decodeHex(hash) ?? new Uint8Array())}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${note}`;
}

/** The request of an untrusted text, and its checkpoint; undefined where it is of another form. */
export function parseWitnessRequest(
  text: string,
): { request: WitnessRequest; checkpointNote: CheckpointNote } | undefined {
  if (text.length > maxNoteLength + 4_096) return undefined;
  const split = text.indexOf('\n\n');
  if (split === -1) return undefined;
  const [old = '', ...proofLines] = text.slice(0, split).split('\n');
  const oldSize = /^old (0|[1-9]\d{0,15})$/.exec(old)?.[1];
  if (oldSize === undefined || !Number.isSafeInteger(Number(oldSize))) return undefined;
  if (proofLines.length > maxProofLines) return undefined;
  const proof = proofLines.map(decodeHash);
  if (!proof.every((hash) => hash !== undefined)) return undefined;
  const note = text.slice(split + 2);
  const checkpointNote = note.length <= maxNoteLength ? parseCheckpoint(note) : undefined;
  return checkpointNote && { request: { oldSize: Number(oldSize), proof, note }, checkpointNote };
}

function decodeHash(line: string): string | undefined {
  const bytes = decodeBase64(line);
  return bytes?.length === 32 ? encodeHex(bytes) : undefined;
}
