import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { filesUnder, recipeDigest } from './recipe-digest.ts';

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
