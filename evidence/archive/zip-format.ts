import { concatBytes, encodeUtf8 } from '../bytes.ts';

/**
 * ZIP archives (APPNOTE 6.3.4) in the one form this project writes: files stored uncompressed, no data descriptors, extra
 * fields or comments, every time 1980-01-01. The same files in the same order give the same bytes everywhere, so there is no
 * byte in which anything could be changed or hidden unseen.
 */

/** 4 GiB and 65,535 files: beyond them the format needs ZIP64 fields. */
export const maxArchiveBytes = 0xffffffff;
export const maxFiles = 0xffff;

export class ArchiveTooLargeError extends Error {
  readonly code = 'archive_too_large';
  constructor() {
    super('The archive would be over 4 GiB or 65,535 files: export a shorter period.');
    this.name = 'ArchiveTooLargeError';
  }
}

export const localSignature = 0x04034b50;
export const directorySignature = 0x02014b50;
export const endSignature = 0x06054b50;
export const localHeaderLength = 30;
export const directoryRecordLength = 46;
export const endRecordLength = 22;

/** Names are UTF-8 (general purpose bit 11). */
const flags = 0x0800;
const dosEpochDate = 0x0021;

/** What a file's headers say of it. */
export interface ZipMember {
  readonly path: string;
  readonly length: number;
  readonly crc: number;
}

/** What stands before a file's contents. */
export function localHeader(member: ZipMember): Uint8Array {
  const name = encodeUtf8(member.path);
  return concatBytes([littleEndian([4, localSignature]), commonFields(name, member), name]);
}

/** The file's record in the directory. Comment length, disk, internal and external attributes are 0. */
export function directoryRecord(member: ZipMember, headerOffset: number): Uint8Array {
  const name = encodeUtf8(member.path);
  const attributes = littleEndian([2, 0], [2, 0], [2, 0], [4, 0], [4, headerOffset]);
  return concatBytes([
    littleEndian([4, directorySignature], [2, 20]),
    commonFields(name, member),
    attributes,
    name,
  ]);
}

export function endRecord(count: number, directoryLength: number, directoryStart: number): Uint8Array {
  return littleEndian(
    [4, endSignature],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directoryLength],
    [4, directoryStart],
    [2, 0],
  );
}

/** Version needed to the extra field's length: the same in both places a file is described. */
function commonFields(name: Uint8Array, { crc, length }: ZipMember): Uint8Array {
  return littleEndian(
    [2, 20],
    [2, flags],
    [2, 0],
    [2, 0],
    [2, dosEpochDate],
    [4, crc],
    [4, length],
    [4, length],
    [2, name.length],
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
