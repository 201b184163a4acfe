import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of the executable `command` on `path` (as `$PATH`), or undefined where there is none. */
export function findCommand(command: string, path = process.env['PATH'] ?? ''): string | undefined {
  // Not every login has sbin on its path, where Debian keeps nft and chronyd.
  for (const directory of [...path.split(delimiter), '/usr/sbin', '/sbin']) {
    if (directory === '') continue;
    const candidate = join(directory, command);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      continue;
    }
  }
  return undefined;
}
