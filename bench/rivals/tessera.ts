import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDirectory } from '../../cli/project.ts';
import { cached } from '../../stack/cache.ts';
import { findGo } from '../../stack/find-go.ts';
import { runCommand } from '../../stack/run-command.ts';
import type { BenchContext } from '../bench-context.ts';

const source = join(import.meta.dirname, 'tessera');
const files = ['go.mod', 'go.sum', 'main.go'];

export interface TesseraRun {
  /** Empty, on the same file system as ours. */
  directory: string;
  count: number;
  bytes: number;
  inFlight: number;
}

/** Builds the Tessera program, once on a machine; resolves to a function that appends with it and tells how long it took. */
export async function openTessera({ say }: BenchContext): Promise<(run: TesseraRun) => Promise<number>> {
  const go = findGo();
  if (go === undefined)
    throw new Error('Go is not installed, and Tessera is a Go library: install Go 1.25 or newer');
  const digest = createHash('sha256');
  for (const file of files) digest.update(readFileSync(join(source, file)));
  const name = `tessera-${digest.digest('hex').slice(0, 12)}`;
  const directory = await cached(defaultCacheDirectory(), name, say, async (building) => {
    say('building Tessera with Go (a minute, once on this machine)');
    const output = join(building, 'tessera');
    await runCommand(go, ['-C', source, 'build', '-trimpath', '-o', output, '.'], {
      timeoutMs: 10 * 60_000,
      tethered: true,
    });
  });
  return async ({ directory: log, count, bytes, inFlight }) => {
    const arguments_ = [log, ...[count, bytes, inFlight].map(String)];
    const { stdout } = await runCommand(join(directory, 'tessera'), arguments_, { timeoutMs: 300_000 });
    const { tookMs } = JSON.parse(stdout) as { tookMs: number };
    return tookMs;
  };
}
