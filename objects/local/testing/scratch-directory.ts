import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for a store in a test, with what removes it although its files may be immutable. */
export function scratchDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'malachor-objects-'));
  return {
    path,
    remove: () => {
      try {
        execFileSync('chattr', ['-R', '-f', '-i', path], { stdio: 'ignore' });
      } catch {
        // Where there is no chattr nothing was marked.
      }
      rmSync(path, { recursive: true, force: true });
    },
  };
}
