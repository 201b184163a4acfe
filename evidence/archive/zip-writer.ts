import { crc32 } from './crc32.ts';
import {
  ArchiveTooLargeError,
  directoryRecord,
  endRecord,
  localHeader,
  maxArchiveBytes,
  maxFiles,
} from './zip-format.ts';

/**
 * Writes a ZIP file after file: what `addFile` and `end` return, one after the other, is the archive. Only the directory is
 * kept in memory.
 */
export class ZipWriter {
  private readonly directory: Uint8Array[] = [];
  private readonly paths = new Set<string>();
  private offset = 0;

  /** The file's header and contents. Throws ArchiveTooLargeError, and RangeError for a path that was there before. */
  addFile(path: string, parts: readonly Uint8Array[]): Uint8Array[] {
    if (this.paths.has(path)) throw new RangeError(`${path} is in the archive twice.`);
    this.paths.add(path);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const member = { path, length, crc: parts.reduce((crc, part) => crc32(part, crc), 0) };
    if (this.offset + length > maxArchiveBytes) throw new ArchiveTooLargeError();
    const header = localHeader(member);
    this.directory.push(directoryRecord(member, this.offset));
    this.offset += header.length + length;
    return [header, ...parts];
  }

  /** The directory. Throws ArchiveTooLargeError. */
  end(): Uint8Array[] {
    const length = this.directory.reduce((sum, record) => sum + record.length, 0);
    if (this.offset + length + 22 > maxArchiveBytes || this.directory.length > maxFiles) {
      throw new ArchiveTooLargeError();
    }
    return [...this.directory, endRecord(this.directory.length, length, this.offset)];
  }
}
