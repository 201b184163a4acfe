import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cached } from '../cache.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';

/** Digest of the files' names and contents, so that a changed recipe gives a new cache entry. */
function recipeDigest(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of [...paths].sort())
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex').slice(0, 12);
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/**
 * The compliant Debian root file system every lab host starts from, as a directory of the cache. Built once a machine:
 * about a minute for the tarball, some seconds to unpack and configure it. Needs root.
 *
 * @param recipeDirectory `stack/lab` of the checkout
 */
export async function labBase(cache: string, recipeDirectory: string, log: Log): Promise<string> {
  const packages = join(recipeDirectory, 'packages.txt');
  const build = join(recipeDirectory, 'build-root-file-system.sh');
  const configure = join(recipeDirectory, 'configure-base.sh');
  const baseFiles = join(recipeDirectory, 'base-files');

  const tarballName = `lab-debian-${recipeDigest(recipeDirectory, [packages, build])}`;
  const baseDigest = recipeDigest(recipeDirectory, [packages, build, configure, ...filesUnder(baseFiles)]);
  const base = await cached(cache, `lab-base-${baseDigest}`, log, async (directory) => {
    const tarballDirectory = await cached(cache, tarballName, log, async (building) => {
      log('building the lab hosts’ Debian root file system (about a minute, once on this machine)');
      await withProgress(log, 'building the root file system', () =>
        runCommand(build, [packages, join(building, 'root-file-system.tar.zst'), building], {
          timeoutMs: 20 * 60_000,
          tethered: true,
        }),
      );
    });
    log('unpacking the lab hosts’ root file system');
    const root = join(directory, 'root');
    mkdirSync(root, { mode: 0o755 });
    const tarball = join(tarballDirectory, 'root-file-system.tar.zst');
    await runCommand('tar', ['-C', root, '--zstd', '--numeric-owner', '--xattrs', '-xpf', tarball], {
      tethered: true,
    });
    await runCommand(configure, [root, baseFiles]);
  });
  return join(base, 'root');
}
