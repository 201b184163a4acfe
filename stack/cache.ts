import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log.ts';
import { withLock } from './process-lock.ts';
import { staleEntries } from './stale-cache.ts';

/** Who asks for a directory, as far as it decides which one. */
export interface User {
  env: NodeJS.ProcessEnv;
  uid: number;
  home: string;
}

/**
 * Where built parts are kept, outside any checkout: `$MALACHOR_CACHE`, else for root `/var/cache/malachor`, else
 * `$XDG_CACHE_HOME/malachor`, else `~/.cache/malachor`.
 */
export function cacheDirectory({ env, uid, home }: User): string {
  if (env['MALACHOR_CACHE']) return env['MALACHOR_CACHE'];
  if (uid === 0) return '/var/cache/malachor';
  return join(env['XDG_CACHE_HOME'] ?? join(home, '.cache'), 'malachor');
}

/** Where a system's own state is kept by default: for root `/var/lib/malachor`, else `~/.local/share/malachor`. */
export function dataDirectory({ env, uid, home }: User): string {
  if (uid === 0) return '/var/lib/malachor';
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'malachor');
}

/**
 * Directory `name` of the cache, made by `build` if it is not there. Whole or absent: `build` fills a directory beside
 * it, which gets its name when `build` has resolved. Of several processes only one builds; the others wait for it.
 */
export async function cached(
  cache: string,
  name: string,
  log: Log,
  build: (directory: string) => Promise<void>,
): Promise<string> {
  const target = join(cache, name);
  if (existsSync(target)) {
    noteUse(target);
    return target;
  }
  mkdirSync(cache, { recursive: true });
  // The database server's own account reads from here.
  if (process.getuid?.() === 0) chmodSync(cache, 0o755);
  await withLock(
    join(cache, `${name}.lock`),
    () => {
      log(`another process is making ${name}; waiting for it`);
    },
    async () => {
      if (existsSync(target)) return;
      // Whoever holds the lock is the only one building: what else is there was left by a build that was killed.
      for (const left of readdirSync(cache).filter((entry) => entry.startsWith(`${name}.building-`)))
        rmSync(join(cache, left), { recursive: true, force: true });
      const building = mkdtempSync(join(cache, `${name}.building-`));
      chmodSync(building, 0o755);
      try {
        await build(building);
        renameSync(building, target);
      } finally {
        rmSync(building, { recursive: true, force: true });
      }
      removeStale(cache, name);
    },
  );
  return target;
}

/** Keeps what is used from being taken for stale. */
function noteUse(directory: string): void {
  const now = new Date();
  try {
    utimesSync(directory, now, now);
  } catch {
    // Somebody else's cache, who looks after it.
  }
}

function removeStale(cache: string, name: string): void {
  const entries = readdirSync(cache).flatMap((entry) => {
    const usedAtMs = statSync(join(cache, entry), { throwIfNoEntry: false })?.mtimeMs;
    return usedAtMs === undefined ? [] : [{ name: entry, usedAtMs }];
  });
  for (const stale of staleEntries(name, entries, Date.now()))
    rmSync(join(cache, stale), { recursive: true, force: true });
}
