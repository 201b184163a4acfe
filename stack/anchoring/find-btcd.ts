import { join } from 'node:path';
import { cached } from '../cache.ts';
import { findGo } from '../find-go.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';

/** The Bitcoin node of demo and tests: a full node in Go, of which we use the regression test network only. */
export const btcdVersion = 'v0.26.2';
const goPackage = `github.com/btcsuite/btcd@${btcdVersion}`;

/** Path of btcd: cached, or built with Go (about 20 seconds, once a machine). Rejects with `part_unavailable` without Go. */
export async function findBtcd(cache: string, log: Log): Promise<string> {
  const directory = await cached(cache, `btcd-${btcdVersion}`, log, async (building) => {
    const go = findGo();
    if (go === undefined) {
      throw new StackError(
        'part_unavailable',
        'there is no btcd in the cache and no Go that builds it',
        'Install Go 1.24 or newer (https://go.dev/dl) and run again.',
      );
    }
    log(`building btcd ${btcdVersion} with Go: less than a minute, once on this machine`);
    await withProgress(log, 'building btcd', () =>
      runCommand(go, ['install', '-ldflags=-s -w', goPackage], {
        env: { ...process.env, GOBIN: building },
        timeoutMs: 15 * 60_000,
        tethered: true,
      }),
    );
  });
  return join(directory, 'btcd');
}
