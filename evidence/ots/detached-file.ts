import { concatBytes, decodeHex, encodeUtf8, equalBytes } from '../bytes.ts';
import type { Sha256 } from '../digest.ts';
import { ByteReader } from './byte-reader.ts';
import type { HashName } from './operation.ts';
import { OtsError } from './ots-error.ts';
import { readTimestamp, serializeTimestamp, type Timestamp } from './timestamp.ts';

/** A `.ots` file: the timestamp of another file's hash (python-opentimestamps, DetachedTimestampFile). */
export interface DetachedFile {
  /** How the file was hashed; the hash is the timestamp's message. */
  readonly fileHash: FileHash;
  readonly timestamp: Timestamp;
}
export type FileHash = Extract<HashName, 'sha1' | 'ripemd160' | 'sha256'>;

/** Longest `.ots` file we read. A proof has about 1 KiB for each calendar. */
export const maxDetachedBytes = 64 * 1024;

const magic = concatBytes([
  encodeUtf8('\u0000OpenTimestamps\u0000\u0000Proof\u0000'),
  decodeHex('bf89e2e884e89294') ?? new Uint8Array(),
]);
const majorVersion = 1;
const fileHashes: readonly { name: FileHash; tag: number; length: number }[] = [
  { name: 'sha1', tag: 0x02, length: 20 },
  { name: 'ripemd160', tag: 0x03, length: 20 },
  { name: 'sha256', tag: 0x08, length: 32 },
];

/** Reads a whole `.ots` file. Throws OtsError. */
export function parseDetachedFile(bytes: Uint8Array, sha256: Sha256): DetachedFile {
  if (bytes.length > maxDetachedBytes) {
    throw new OtsError('too_large', `The file has ${bytes.length} bytes, over ${maxDetachedBytes}.`);
  }
  if (!equalBytes(bytes.subarray(0, magic.length), magic)) {
    throw new OtsError('not_a_proof', 'The file does not begin as an OpenTimestamps proof.');
  }
  const reader = new ByteReader(bytes);
  reader.take(magic.length);
  const version = reader.byte();
  if (version !== majorVersion) {
    throw new OtsError('unsupported_version', `The file has version ${version}, not ${majorVersion}.`);
  }
  const tag = reader.byte();
  const hash = fileHashes.find((known) => known.tag === tag);
  if (!hash) {
    throw new OtsError('unsupported_file_hash', `No file is hashed by operation 0x${tag.toString(16)}.`);
  }
  const timestamp = readTimestamp(reader, reader.take(hash.length), sha256);
  reader.end();
  return { fileHash: hash.name, timestamp };
}

/** The file's bytes. Throws OtsError where the timestamp's message has not the hash's length or leads nowhere. */
export function serializeDetachedFile({ fileHash, timestamp }: DetachedFile): Uint8Array {
  const hash = fileHashes.find(({ name }) => name === fileHash);
  if (hash?.length !== timestamp.message.length) {
    throw new OtsError('message_out_of_range', `The timestamp's message is no ${fileHash} hash.`);
  }
  return concatBytes([
    magic,
    Uint8Array.of(majorVersion, hash.tag),
    timestamp.message,
    serializeTimestamp(timestamp),
  ]);
}
