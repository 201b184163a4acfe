import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory, dataDirectory, type User } from '../stack/cache.ts';

/** Root of the checkout. */
export const projectDirectory = join(import.meta.dirname, '..');

/** Who runs the command. */
export function presentUser(): User {
  return { env: process.env, uid: process.getuid?.() ?? -1, home: homedir() };
}

export const defaultDataDirectory = (): string => dataDirectory(presentUser());
export const defaultCacheDirectory = (): string => cacheDirectory(presentUser());

/** Tells a person what goes on, on standard error, so that standard output stays for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
