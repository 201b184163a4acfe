import { concatBytes, decodeUtf8, encodeUtf8 } from '../bytes.ts';

/**
 * ZIP archives (APPNOTE 6.3.4) in the one form this project writes: files stored uncompressed in order of their paths, no
 * data descriptors, extra fields or comments, every time 1980-01-01. The same files give the same bytes everywhere, so
 * there is no byte in which anything could be changed or hidden unseen.
 */

export type ArchiveFiles = ReadonlyMap<string, Uint8Array>;

/** 4 GiB and 65,535 files: beyond them the format needs ZIP64 fields. */
const maxBytes = 0xffffffff;
const maxFiles = 0xffff;

export class ArchiveTooLargeError extends Error {
  readonly code = 'archive_too_large';
  constructor() {
    super('The archive would be over 4 GiB or 65,535 files: export a shorter period.');
    this.name = 'ArchiveTooLargeError';
  }
}

/** One stretch of a ZIP file, for saying where a damaged byte is. */
export interface ZipRegion {
  readonly start: number;
  /** For people, as `the ZIP header of keys.json`. */
  readonly name: string;
  /** The file it belongs to. */
  readonly path?: string;
}

export interface ZipLayout {
  readonly bytes: Uint8Array;
  readonly regions: readonly ZipRegion[];
}

/** The archive of `files`. Throws ArchiveTooLargeError. */
export function writeZip(files: ArchiveFiles): Uint8Array {
  return layOutZip(files).bytes;
}

/** The archive of `files` and what each of its bytes is for. */
export function layOutZip(files: ArchiveFiles): ZipLayout {
  const parts: Uint8Array[] = [];
  const regions: ZipRegion[] = [];
  let offset = 0;
  const add = (name: string, part: Uint8Array, path?: string) => {
    regions.push({ start: offset, name, ...(path === undefined ? {} : { path }) });
    parts.push(part);
    offset += part.length;
  };
  const directory: { path: string; record: Uint8Array }[] = [];
  for (const path of [...files.keys()].sort()) {
    const data = files.get(path) ?? new Uint8Array();
    const name = encodeUtf8(path);
    const common = commonFields(name, data);
    directory.push({ path, record: directoryRecord(common, name, offset) });
    add(`the ZIP header of ${path}`, concatBytes([littleEndian([4, localSignature]), common, name]), path);
    add(`the contents of ${path}`, data, path);
  }
  const directoryStart = offset;
  for (const { path, record } of directory) add(`the ZIP directory record of ${path}`, record, path);
  add('the end of the ZIP directory', endRecord(directory.length, offset - directoryStart, directoryStart));
  if (offset > maxBytes || files.size > maxFiles) throw new ArchiveTooLargeError();
  return { bytes: concatBytes(parts), regions };
}

const localSignature = 0x04034b50;
const directorySignature = 0x02014b50;
const endSignature = 0x06054b50;
const localHeaderLength = 30;
/** Names are UTF-8 (general purpose bit 11). */
const flags = 0x0800;
const dosEpochDate = 0x0021;

/** Version needed to the extra field's length: the same in both places a file is described. */
function commonFields(name: Uint8Array, data: Uint8Array): Uint8Array {
  return littleEndian(
    [2, 20],
    [2, flags],
    [2, 0],
    [2, 0],
    [2, dosEpochDate],
    [4, crc32(data)],
    [4, data.length],
    [4, data.length],
    [2, name.length],
    [2, 0],
  );
}

/** Comment length, disk, internal and external attributes are 0; then where the file's header is. */
function directoryRecord(common: Uint8Array, name: Uint8Array, headerOffset: number): Uint8Array {
  const attributes = littleEndian([2, 0], [2, 0], [2, 0], [4, 0], [4, headerOffset]);
  return concatBytes([littleEndian([4, directorySignature], [2, 20]), common, attributes, name]);
}

function endRecord(count: number, length: number, start: number): Uint8Array {
  return littleEndian(
    [4, endSignature],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, length],
    [4, start],
    [2, 0],
  );
}

function littleEndian(...fields: [width: 2 | 4, value: number][]): Uint8Array {
  const bytes: number[] = [];
  for (const [width, value] of fields) {
    for (let shift = 0; shift < width * 8; shift += 8) bytes.push((value >>> shift) & 0xff);
  }
  return Uint8Array.from(bytes);
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

export type ZipReading =
  | { readonly ok: true; readonly files: ArchiveFiles }
  | { readonly ok: false; readonly offset: number; readonly reason: string };

/**
 * The files of an archive, found by its file headers or, where one of those is damaged, by its directory. What is read is
 * only a guess at what was written: a caller compares `writeZip` of it with the bytes. Never throws.
 */
export function readZip(bytes: Uint8Array): ZipReading {
  const byHeaders = readByHeaders(bytes);
  if (byHeaders.ok) return byHeaders;
  const byDirectory = readByDirectory(bytes);
  return byDirectory.ok ? byDirectory : byHeaders;
}

function readByHeaders(bytes: Uint8Array): ZipReading {
  const view = viewOf(bytes);
  const files = new Map<string, Uint8Array>();
  let offset = 0;
  while (offset + 4 <= bytes.length && view.getUint32(offset, true) === localSignature) {
    const file = readFile(bytes, offset);
    if (!file) return unreadable(offset, 'a file header points outside the archive');
    if (files.has(file.path)) return unreadable(offset, `${file.path} is in the archive twice`);
    files.set(file.path, file.data);
    offset = file.end;
  }
  const isAtDirectory = offset + 4 <= bytes.length && view.getUint32(offset, true) === directorySignature;
  if (files.size === 0 || !isAtDirectory)
    return unreadable(offset, 'neither a file nor the directory is here');
  return { ok: true, files };
}

function readByDirectory(bytes: Uint8Array): ZipReading {
  const view = viewOf(bytes);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== endSignature) {
    return unreadable(Math.max(end, 0), 'the ZIP directory has no end');
  }
  const count = view.getUint16(end + 10, true);
  let offset = view.getUint32(end + 16, true);
  const files = new Map<string, Uint8Array>();
  for (let index = 0; index < count; index++) {
    if (offset + 46 > end || view.getUint32(offset, true) !== directorySignature) {
      return unreadable(offset, 'the ZIP directory is damaged');
    }
    const nameLength = view.getUint16(offset + 28, true);
    const path = decodeUtf8(bytes.subarray(offset + 46, offset + 46 + nameLength));
    const start = view.getUint32(offset + 42, true) + localHeaderLength + nameLength;
    const dataEnd = start + view.getUint32(offset + 24, true);
    if (path === undefined || dataEnd > end || files.has(path)) {
      return unreadable(offset, 'a directory record is damaged');
    }
    files.set(path, bytes.subarray(start, dataEnd));
    offset += 46 + nameLength;
  }
  return count > 0 ? { ok: true, files } : unreadable(end, 'the ZIP directory is empty');
}

function readFile(
  bytes: Uint8Array,
  offset: number,
): { path: string; data: Uint8Array; end: number } | undefined {
  if (offset + localHeaderLength > bytes.length) return undefined;
  const view = viewOf(bytes);
  const nameStart = offset + localHeaderLength;
  const start = nameStart + view.getUint16(offset + 26, true);
  const end = start + view.getUint32(offset + 22, true);
  const path = decodeUtf8(bytes.subarray(nameStart, start));
  if (path === undefined || end > bytes.length) return undefined;
  return { path, data: bytes.subarray(start, end), end };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function unreadable(offset: number, reason: string): ZipReading {
  return { ok: false, offset, reason };
}
