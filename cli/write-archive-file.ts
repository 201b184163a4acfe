import { createHash } from 'node:crypto';
import { CommandError, exitCodes } from './command-error.ts';
import { writeNewFile } from './write-new-file.ts';

/** Writes the file; rejects with CommandError where it exists and may not be replaced. Resolves to its length and SHA-256. */
export async function writeArchiveFile(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  options: { mayReplace: boolean },
): Promise<{ bytes: number; sha256: string }> {
  const written = measured(bytes);
  if (await writeNewFile(file, written.bytes, options)) return written.facts();
  throw new CommandError(
    `${file} exists and is left as it is`,
    'Choose another file with --out, or replace it with --force.',
    exitCodes.usage,
  );
}

/** The same bytes, and how many there were, with their SHA-256, when all have been taken. */
function measured(bytes: AsyncIterable<Uint8Array>): {
  bytes: AsyncIterable<Uint8Array>;
  facts: () => { bytes: number; sha256: string };
} {
  const hash = createHash('sha256');
  let length = 0;
  async function* passing() {
    for await (const part of bytes) {
      hash.update(part);
      length += part.length;
      yield part;
    }
  }
  return { bytes: passing(), facts: () => ({ bytes: length, sha256: hash.digest('hex') }) };
}
