/** Bytes that are read piece by piece: an archive is larger than the memory that verifies it. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /**
   * The bytes from `offset` on: `length` of them, or fewer where the source ends before. The caller asks for nothing before 0 and
   * does not write into what it gets. Rejects only where the source itself fails, as a file that is taken away.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A source of bytes that are in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** What a source needs of a Blob or File: in a browser, a file that a person chose. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** A source of a browser's file, of which only what is asked for is in memory. */
export function blobSource(blob: BlobLike): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}
