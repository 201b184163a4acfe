import { join } from 'node:path';
import { cached } from '../cache.ts';
import { findGo } from '../find-go.ts';
import { withProgress, type Log } from '../log.ts';
import { runCommand } from '../run-command.ts';
import { StackError } from '../stack-error.ts';

/** The S3 server with Object Lock that tests and development run against. */
export const versitygwVersion = 'v1.8.0';
const goPackage = `github.com/versity/versitygw/cmd/versitygw@${versitygwVersion}`;

/**
 * Path of the S3 server's program: cached, else built with Go at low priority (two minutes, once a machine). One that happens
 * to be installed is not taken: what locks promise is tested against this version.
 */
export async function findVersitygw(cache: string, log: Log): Promise<string> {
  const directory = await cached(cache, `versitygw-${versitygwVersion}`, log, async (building) => {
    const go = findGo();
    if (go === undefined) {
      throw new StackError(
        'part_unavailable',
        'there is no Go here to build the S3 server with',
        'Install Go 1.25 or newer (https://go.dev/dl) and run again, or name a bucket of another S3 with Object Lock.',
      );
    }
    log(`building the S3 server ${versitygwVersion} with Go: about two minutes, once on this machine`);
    await withProgress(log, 'building the S3 server', () =>
      runCommand('nice', ['-n', '19', go, 'install', '-trimpath', '-ldflags=-s -w', goPackage], {
        env: { ...process.env, GOBIN: building },
        timeoutMs: 30 * 60_000,
        tethered: true,
      }),
    );
  });
  return join(directory, 'versitygw');
}
