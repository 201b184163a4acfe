import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Catalog } from '../contracts/catalog/catalog.ts';

/** Gives the catalogue as it is now. */
export type CatalogSource = () => Promise<Catalog>;

/**
 * A catalogue that is read again when a file of `directory` has changed, so that a runbook can be added to a running
 * appliance. Callers at the same time share one reading, and one look at the files serves for `lookEveryMs`.
 */
export function createCatalogSource(
  directory: string,
  read: (directory: string) => Promise<Catalog>,
  lookEveryMs = 1_000,
): CatalogSource {
  let known: { state: string; catalog: Promise<Catalog>; lookedAtMs: number } | undefined;
  return async () => {
    if (known && performance.now() - known.lookedAtMs < lookEveryMs) return known.catalog;
    const lookedAtMs = performance.now();
    const state = await directoryState(directory);
    if (known?.state === state) known.lookedAtMs = lookedAtMs;
    else known = { state, catalog: read(directory), lookedAtMs };
    const { catalog } = known;
    try {
      return await catalog;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

/** Changes whenever a file is added, removed, renamed or written. */
async function directoryState(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const lines = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const file = join(entry.parentPath, entry.name);
      try {
        const { mtimeMs, ctimeMs, size } = await stat(file);
        return `${file} ${mtimeMs} ${ctimeMs} ${size}`;
      } catch {
        // Removed between listing and looking: as a change it counts, and the next look sees it gone.
        return `${file} gone`;
      }
    });
  return (await Promise.all(lines)).sort().join('\n');
}
