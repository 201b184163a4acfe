import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { findCommand } from '../find-command.ts';
import { findGo } from '../find-go.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';

/** The Temporal CLI that is built where none is installed; its development server is Temporal 1.29. */
export const temporalVersion = 'v1.5.1';
const goPackage = `github.com/temporalio/cli/cmd/temporal@${temporalVersion}`;
const cacheName = `temporal-${temporalVersion}`;

/** A Temporal program and where it came from, for a person. */
export interface TemporalProgram {
  path: string;
  origin: string;
}

/** The program on the path that knows every option we start it with, or the cached one; undefined where neither is. */
export async function installedTemporal(cache: string): Promise<TemporalProgram | undefined> {
  const onPath = findCommand('temporal');
  if (onPath !== undefined) {
    const help = await runCommand(onPath, ['server', 'start-dev', '--help'], { allowFailure: true });
    if (help.stdout.includes('--ui-codec-endpoint') && help.stdout.includes('--sqlite-pragma'))
      return { path: onPath, origin: 'found on the path' };
  }
  const path = join(cache, cacheName, 'temporal');
  return existsSync(path) ? { path, origin: 'from the cache' } : undefined;
}

/**
 * The Temporal program: installed, cached, built with Go (minutes, once a machine), or downloaded, in this order. Says
 * what it chose. Rejects, telling how to get one, where none of the ways is open.
 */
export async function findTemporal(cache: string, log: Log): Promise<TemporalProgram> {
  const installed = await installedTemporal(cache);
  if (installed) return installed;
  let origin = '';
  const directory = await cached(cache, cacheName, log, async (building) => {
    origin = (await buildWithGo(building, log)) ?? (await download(building, log));
  });
  return { path: join(directory, 'temporal'), origin };
}

async function buildWithGo(directory: string, log: Log): Promise<string | undefined> {
  const go = findGo();
  if (go === undefined) return undefined;
  log(`building Temporal ${temporalVersion} with Go: 3 to 5 minutes, once on this machine`);
  const env = { ...process.env, GOBIN: directory };
  try {
    await withProgress(log, 'building Temporal', () =>
      runCommand(go, ['install', '-ldflags=-s -w', goPackage], {
        env,
        timeoutMs: 30 * 60_000,
        tethered: true,
      }),
    );
    return 'built with Go';
  } catch (error) {
    log(`Go could not build Temporal: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function download(directory: string, log: Log): Promise<string> {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const file = `temporal_cli_${temporalVersion.slice(1)}_${platform}_${architecture}.tar.gz`;
  const url = `https://github.com/temporalio/cli/releases/download/${temporalVersion}/${file}`;
  log(`downloading Temporal ${temporalVersion} from ${new URL(url).host}`);
  const unpacked = join(directory, 'unpacked');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10 * 60_000) });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    mkdirSync(unpacked);
    const archive = join(directory, file);
    await writeFile(archive, Buffer.from(await response.arrayBuffer()));
    await runCommand('tar', ['-C', unpacked, '-xzf', archive]);
    renameSync(join(unpacked, 'temporal'), join(directory, 'temporal'));
    chmodSync(join(directory, 'temporal'), 0o755);
    rmSync(archive);
    rmSync(unpacked, { recursive: true });
    return `downloaded from ${new URL(url).host}`;
  } catch (error) {
    throw new StackError(
      'part_unavailable',
      `there is no Temporal here: none on the path, no Go that builds it, and the download failed`,
      'Install Go 1.24 or newer (https://go.dev/dl) and run again, or put the Temporal CLI on the path (https://docs.temporal.io/cli).',
      { cause: error },
    );
  }
}
