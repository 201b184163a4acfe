import { concatBytes } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { type Attestation, readAttestation, writeAttestation } from './attestation.ts';
import { ByteReader } from './byte-reader.ts';
import { applyOperation, type Operation, readOperation, writeOperation } from './operation.ts';
import { OtsError } from './ots-error.ts';

/**
 * A message and what is known about it: a tree whose edges are operations and whose leaves are attestations
 * (python-opentimestamps, core/timestamp.py). Branches stay in the order they were read in, so that any writer's proof is
 * written again byte for byte.
 */
export interface Timestamp {
  readonly message: Uint8Array;
  /** At least one. */
  readonly branches: readonly Branch[];
}
export type Branch =
  { readonly attestation: Attestation } | { readonly operation: Operation; readonly next: Timestamp };

/** Messages on one path, the first included. */
export const maxDepth = 256;
/** What the messages of one proof may take in memory; a byte of a hostile proof can make 4,096 of them. */
const maxTotalBytes = 16 * 1024 * 1024;

const attestationTag = 0x00;
const moreFollows = 0xff;

/** The timestamp of `message` that `bytes` have, whole. Throws OtsError. */
export function parseTimestamp(bytes: Uint8Array, message: Uint8Array, sha256: Sha256): Timestamp {
  const reader = new ByteReader(bytes);
  const timestamp = readTimestamp(reader, message, sha256);
  reader.end();
  return timestamp;
}

/** The same from the reader's place on. */
export function readTimestamp(reader: ByteReader, message: Uint8Array, sha256: Sha256): Timestamp {
  let room = maxTotalBytes;

  function readNode(text: Uint8Array, depth: number): Timestamp {
    if (depth > maxDepth) {
      throw new OtsError('too_deep', `The proof has more than ${maxDepth} messages on a path.`);
    }
    room -= text.length;
    if (room < 0) throw new OtsError('too_large', `The proof has over ${maxTotalBytes} bytes of messages.`);
    const branches: Branch[] = [];
    for (let more = true; more;) {
      const first = reader.byte();
      more = first === moreFollows;
      const tag = more ? reader.byte() : first;
      branches.push(
        tag === attestationTag ? { attestation: readAttestation(reader) } : readEdge(tag, text, depth),
      );
    }
    return { message: text, branches };
  }

  function readEdge(tag: number, text: Uint8Array, depth: number): Branch {
    const operation = readOperation(tag, reader);
    return { operation, next: readNode(applyOperation(operation, text, sha256), depth + 1) };
  }

  return readNode(message, 1);
}

/** The timestamp without its first message, which the reader has to know. Throws OtsError where a branch leads nowhere. */
export function serializeTimestamp(timestamp: Timestamp): Uint8Array {
  const parts: Uint8Array[] = [];
  writeNode(timestamp, parts, 1);
  return concatBytes(parts);
}

function writeNode({ branches }: Timestamp, parts: Uint8Array[], depth: number): void {
  if (branches.length === 0) throw new OtsError('empty_timestamp', 'A message of the proof leads nowhere.');
  if (depth > maxDepth)
    throw new OtsError('too_deep', `The proof has more than ${maxDepth} messages on a path.`);
  branches.forEach((branch, index) => {
    if (index < branches.length - 1) parts.push(Uint8Array.of(moreFollows));
    if ('attestation' in branch) {
      parts.push(Uint8Array.of(attestationTag), writeAttestation(branch.attestation));
    } else {
      parts.push(writeOperation(branch.operation));
      writeNode(branch.next, parts, depth + 1);
    }
  });
}
