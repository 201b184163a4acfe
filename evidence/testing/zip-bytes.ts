import { unzipSync } from 'fflate';
import { concatBytes } from '../bytes.ts';
import { crc32 } from '../archive/crc32.ts';
import { localHeader } from '../archive/zip-format.ts';
import { ZipWriter } from '../archive/zip-writer.ts';

/** The files of a whole ZIP in the order of its directory, read by another's program. Throws for anything that is none. */
export function filesOf(archive: Uint8Array): Map<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(archive)));
}

/** The ZIP of files in this order. */
export function zipInOrder(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const writer = new ZipWriter();
  const parts = [...files].flatMap(([path, bytes]) => writer.addFile(path, [bytes]));
  return concatBytes([...parts, ...writer.end()]);
}

/** The ZIP of files in the order of format 1. */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return zipInOrder(new Map([...files].sort(([left], [right]) => (left < right ? -1 : 1))));
}

/** Where each file's header and contents begin in the ZIP of files in this order, and where the directory begins. */
export function offsetsOf(files: ReadonlyMap<string, Uint8Array>): {
  files: { path: string; header: number; contents: number }[];
  directory: number;
} {
  let offset = 0;
  const found = [...files].map(([path, bytes]) => {
    const header = offset;
    const contents = header + localHeader({ path, length: bytes.length, crc: crc32(bytes) }).length;
    offset = contents + bytes.length;
    return { path, header, contents };
  });
  return { files: found, directory: offset };
}
