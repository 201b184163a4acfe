import { decodeUtf8 } from '../bytes.ts';
import type { ByteSource } from './byte-source.ts';
import {
  directoryRecordLength,
  directorySignature,
  endRecordLength,
  endSignature,
  localHeaderLength,
  localSignature,
  maxFiles,
} from './zip-format.ts';

/** Where a file's contents are in the archive. */
export interface ZipFile {
  readonly path: string;
  readonly start: number;
  readonly length: number;
}

/** Files by path, in the order they were found. */
export type ZipFiles = ReadonlyMap<string, ZipFile>;

export type ZipReading =
  | { readonly ok: true; readonly files: ZipFiles }
  | { readonly ok: false; readonly offset: number; readonly reason: string };

/**
 * The files of an archive, found by its file headers or, where one of those is damaged, by its directory. What is read is
 * only a guess at what was written: a caller compares the bytes with the one form that the files have (verify-container.ts).
 * Rejects only where the source fails.
 */
export async function readZip(source: ByteSource): Promise<ZipReading> {
  const byHeaders = await readByHeaders(source);
  if (byHeaders.ok) return byHeaders;
  const byDirectory = await readByDirectory(source);
  return byDirectory.ok ? byDirectory : byHeaders;
}

async function readByHeaders(source: ByteSource): Promise<ZipReading> {
  const files = new Map<string, ZipFile>();
  let offset = 0;
  for (;;) {
    const view = viewOf(await source.read(offset, localHeaderLength));
    const signature = view.byteLength >= 4 ? view.getUint32(0, true) : undefined;
    if (signature === directorySignature && files.size > 0) return { ok: true, files };
    if (signature !== localSignature)
      return unreadable(offset + firstDamaged(view), 'neither a file nor the directory is here');
    if (files.size === maxFiles) return unreadable(offset, 'it has more files than a ZIP can have');
    const file = view.byteLength < localHeaderLength ? undefined : await fileAt(source, offset, view);
    if (!file) return unreadable(offset, 'a file header is damaged');
    if (files.has(file.path)) return unreadable(offset, `${file.path} is in the archive twice`);
    files.set(file.path, file);
    offset = file.start + file.length;
  }
}

/**
 * Which of the first four bytes is the damaged one, where one damaged byte is all that keeps them from being a signature; of two
 * signatures that one byte keeps them from, the one that fewer bits do. Otherwise the first.
 */
function firstDamaged(view: DataView): number {
  if (view.byteLength < 4) return 0;
  const close = [localSignature, directorySignature].flatMap((signature) => {
    const differences = [0, 1, 2, 3].flatMap((at) => {
      const difference = view.getUint8(at) ^ ((signature >>> (8 * at)) & 0xff);
      return difference === 0 ? [] : [{ at, bits: difference.toString(2).replaceAll('0', '').length }];
    });
    return differences.length === 1 ? differences : [];
  });
  return close.sort((one, other) => one.bits - other.bits)[0]?.at ?? 0;
}

async function fileAt(source: ByteSource, offset: number, header: DataView): Promise<ZipFile | undefined> {
  const nameStart = offset + localHeaderLength;
  const nameLength = header.getUint16(26, true);
  const start = nameStart + nameLength;
  const length = header.getUint32(22, true);
  if (nameLength > maxPathLength || start + length > source.size) return undefined;
  const path = decodeUtf8(await source.read(nameStart, nameLength));
  return path === undefined ? undefined : { path, start, length };
}

/** Bytes: a path has 300 characters at most (manifest.ts). A longer one is a damaged length, and would hide where the damage is. */
const maxPathLength = 900;
const maxRecordLength = directoryRecordLength + maxPathLength;

async function readByDirectory(source: ByteSource): Promise<ZipReading> {
  const end = source.size - endRecordLength;
  const record = end < 0 ? undefined : viewOf(await source.read(end, endRecordLength));
  if (record?.getUint32(0, true) !== endSignature) {
    return unreadable(Math.max(end, 0), 'the ZIP directory has no end');
  }
  const count = record.getUint16(10, true);
  const directoryStart = record.getUint32(16, true);
  if (count === 0) return unreadable(end, 'the ZIP directory is empty');
  if (directoryStart > end || end - directoryStart > count * maxRecordLength) {
    return unreadable(end, 'the ZIP directory is not where its end says');
  }
  const directory = await source.read(directoryStart, end - directoryStart);
  return readRecords(directory, { directoryStart, count, end });
}

/** A crafted directory could name one large stretch many times: together files cannot be longer than the archive. */
function readRecords(
  directory: Uint8Array,
  { directoryStart, count, end }: { directoryStart: number; count: number; end: number },
): ZipReading {
  const view = viewOf(directory);
  const files = new Map<string, ZipFile>();
  let total = 0;
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + directoryRecordLength > directory.length || view.getUint32(at, true) !== directorySignature) {
      return unreadable(directoryStart + at, 'the ZIP directory is damaged');
    }
    const nameLength = view.getUint16(at + 28, true);
    const nameStart = at + directoryRecordLength;
    const path = decodeUtf8(directory.subarray(nameStart, nameStart + nameLength));
    const start = view.getUint32(at + 42, true) + localHeaderLength + nameLength;
    const length = view.getUint32(at + 24, true);
    total += length;
    if (path === undefined || start + length > end || total > end || files.has(path)) {
      return unreadable(directoryStart + at, 'a directory record is damaged');
    }
    files.set(path, { path, start, length });
    at = nameStart + nameLength;
  }
  return { ok: true, files };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unreadable(offset: number, reason: string): ZipReading {
  return { ok: false, offset, reason };
}
