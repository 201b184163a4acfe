/** An entry of the cache. */
export interface CacheEntry {
  name: string;
  /** When it was last used, in milliseconds since epoch. */
  usedAtMs: number;
}

const dayMs = 24 * 3_600_000;
const named = /^(?<family>.+)-[0-9a-f]{12}$/u;

/**
 * What was built by other recipes of the same thing (`<family>-<digest>`) and is not used any more: for a fortnight, so
 * that checkouts of other commits keep theirs, or for a day where a build was killed over it. Never `name` itself.
 */
export function staleEntries(name: string, entries: readonly CacheEntry[], nowMs: number): string[] {
  const family = named.exec(name)?.groups?.['family'];
  if (family === undefined) return [];
  return entries.flatMap((entry) => {
    const [built = '', building] = entry.name.split('.building-');
    if (entry.name === name || named.exec(built)?.groups?.['family'] !== family) return [];
    const keptMs = building === undefined ? 14 * dayMs : dayMs;
    return nowMs - entry.usedAtMs > keptMs ? [entry.name] : [];
  });
}
