import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file that is there wholly or not at all, and on disk when this resolves. Resolves to false, changing nothing,
 * where the file exists and may not be replaced. Where giving the bytes fails, so does this, and no file is left.
 */
export async function writeNewFile(
  file: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  options: { mayReplace: boolean },
): Promise<boolean> {
  const draft = `${file}.${process.pid}.part`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (options.mayReplace) await rename(draft, file);
    // Unlike a rename, a link never replaces what is there.
    else await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const directory = await open(dirname(file), 'r');
  await directory.sync().finally(() => directory.close());
  return true;
}
