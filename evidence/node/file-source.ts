import type { FileHandle } from 'node:fs/promises';
import type { ByteSource } from '../archive/byte-source.ts';

/** A source of an open file. The caller closes it; it must not change meanwhile. */
export async function fileSource(handle: FileHandle): Promise<ByteSource> {
  const { size } = await handle.stat();
  return {
    size,
    read: async (offset, length) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const bytes = Buffer.allocUnsafe(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await handle.read(bytes, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) throw new Error('The file became shorter while it was read.');
        filled += bytesRead;
      }
      return bytes;
    },
  };
}
