import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCodeOf } from './local-error.ts';

/**
 * Gives `file` the content `bytes`, durably, whole or not at all, and only if there is nothing under that name: link(2) is
 * atomic and refuses a name that is taken. Resolves to whether it was this call that made it. The content is written beside
 * it in `temporary`, which must be on the same file system; what a kill leaves there has never been visible.
 */
export async function writeOnce(file: string, bytes: Uint8Array, temporary: string): Promise<boolean> {
  const draft = join(temporary, randomUUID());
  try {
    const handle = await open(draft, 'wx', 0o444);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(draft, file);
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
      // Whoever made it may have been killed before this.
      await syncDirectory(dirname(file));
      return false;
    }
    await syncDirectory(dirname(file));
    return true;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** Makes `directory` and what is missing above it, durably. `root` must be there. */
export async function makeDirectories(root: string, directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: 0o755 });
  if (made === undefined) return;
  for (let path = directory; path.length >= made.length && path !== root; path = dirname(path)) {
    await syncDirectory(dirname(path));
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
