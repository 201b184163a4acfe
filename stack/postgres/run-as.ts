import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PostgresError } from './postgres-error.ts';

/** The system user a server runs as. */
export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The user Postgres must run as: undefined for the present user, and where that is root, which Postgres refuses,
 * `postgres` or else `nobody`.
 */
export async function unprivilegedUser(passwdFile = '/etc/passwd'): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = parsePasswd(await readFile(passwdFile, 'utf8'));
  const user = users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody');
  if (user) return user;
  throw new PostgresError(
    'no_unprivileged_user',
    'Postgres does not run as root and this machine has neither a user postgres nor nobody. ' +
      'Create one with `useradd --system postgres`, start as another user, or set DATABASE_URL.',
  );
}

/** Users of a passwd(5) file that are not root. */
export function parsePasswd(text: string): SystemUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || !/^[1-9]\d*$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** Checks that `user` can enter `directory` and every directory above it; says which one stands in the way. */
export async function checkTraversable(directory: string, user: SystemUser | undefined): Promise<void> {
  if (!user) return;
  for (let path = resolve(directory); ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new PostgresError(
        'directory_not_traversable',
        `Postgres runs as user ${user.name}, who cannot enter ${path}. ` +
          `Allow it with \`chmod o+x ${path}\`, or choose another directory with --data or MALACHOR_CACHE.`,
      );
    }
    if (path === dirname(path)) return;
  }
}
