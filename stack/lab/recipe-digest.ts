import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Digest of the files' names and contents, and of what else went in, so that a changed recipe gives a new cache entry.
 *
 * @param root names are taken relative to it
 */
export function recipeDigest(root: string, paths: readonly string[], others: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const path of [...paths].sort())
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  for (const other of others) hash.update(other).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** Every file in `directory` and below. */
export function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
