import type { ByteSource } from './byte-source.ts';
import type { ZipFile, ZipFiles } from './read-zip.ts';

/** The files of an archive, each read when it is asked for and kept by nobody. */
export class ArchiveFiles {
  readonly source: ByteSource;
  private readonly files: ZipFiles;

  constructor(source: ByteSource, files: ZipFiles) {
    this.source = source;
    this.files = files;
  }

  /** In the order they stand in the archive. */
  get paths(): readonly string[] {
    return [...this.files.keys()];
  }

  find(path: string): ZipFile | undefined {
    return this.files.get(path);
  }

  /** The file's bytes, or undefined where it is not there or larger than any may be. */
  async read(path: string): Promise<Uint8Array | undefined> {
    const file = this.files.get(path);
    return file && file.length <= maxFileBytes ? this.source.read(file.start, file.length) : undefined;
  }

  /** The same piece by piece, for files that are too large to be in memory at once. */
  async *chunks(path: string): AsyncGenerator<Uint8Array> {
    const file = this.files.get(path);
    if (!file) return;
    for (let done = 0; done < file.length; done += chunkBytes) {
      yield await this.source.read(file.start + done, Math.min(chunkBytes, file.length - done));
    }
  }
}

/** No file of an archive is larger: a crafted one cannot ask for more memory than there is. */
export const maxFileBytes = 2 ** 30;

/** Read at a time. */
export const chunkBytes = 1 << 20;
