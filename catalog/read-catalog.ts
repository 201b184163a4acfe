import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Catalog, CatalogProblem } from '../contracts/catalog/catalog.ts';
import { parseCatalog } from '../domain/catalog/parse-catalog.ts';

/** Folders of a catalogue that hold data; whatever else lies beside them is not looked at. */
const folders = ['probes', 'checks', 'runbooks', 'rules', 'baselines', 'drills'];

/**
 * Reads the catalogue in `directory`. A file that cannot be read is left out and reported like a broken one; rejects
 * only where `directory` itself cannot be read. Nothing of what is read is run.
 */
export async function readCatalog(directory: string): Promise<Catalog> {
  const present = new Set(await readdir(directory));
  const paths: string[] = [];
  for (const folder of folders.filter((name) => present.has(name))) {
    const entries = await readdir(join(directory, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory() || entry.name.startsWith('.')) continue;
      paths.push(relative(directory, join(entry.parentPath, entry.name)));
    }
  }
  const files = new Map<string, string>();
  const unreadable: CatalogProblem[] = [];
  for (const path of paths.map((each) => each.replaceAll('\\', '/'))) {
    try {
      files.set(
        path,
        new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(directory, path))),
      );
    } catch (error) {
      const reason = `cannot be read as UTF-8 text: ${error instanceof Error ? error.message : String(error)}`;
      unreadable.push({ file: path, line: 1, reason });
    }
  }
  const catalog = parseCatalog(files, (text) => createHash('sha256').update(text, 'utf8').digest('hex'));
  return { ...catalog, problems: [...unreadable, ...catalog.problems] };
}
