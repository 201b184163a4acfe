import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../../stack/cache.ts';
import { createInstance } from '../../stack/lab/nspawn-lab.ts';
import { removeInstance } from '../../stack/lab/instance.ts';
import { freePort } from '../../stack/ports.ts';
import { startPostgres } from '../../stack/postgres/start-postgres.ts';
import { recordProcess } from '../../stack/supervisor/process-records.ts';
import { startReaper } from '../../stack/supervisor/start-reaper.ts';
import { findTemporal } from '../../stack/temporal/find-temporal.ts';
import { prepareNamespace } from '../../stack/temporal/prepare-namespace.ts';
import { startTemporal } from '../../stack/temporal/start-temporal.ts';
import { stopTestParts, testParts } from './parts.ts';

/**
 * Jest's global set-up of project `real`: one Temporal, one Postgres and one lab without hosts for all files, their
 * addresses in the environment:
 *
 * - `MALACHOR_TEST_TEMPORAL` host:port, `MALACHOR_TEST_TEMPORAL_NAMESPACE`
 * - `MALACHOR_TEST_DATABASE_URL`, `MALACHOR_TEST_DATABASE_OWNER_URL`: an empty database
 * - `MALACHOR_TEST_LAB`: for `testLab()`; absent where no lab can be made
 * - `MALACHOR_TEST_DATA`: a directory for what tests write, gone afterwards
 */
export default async function startParts(): Promise<void> {
  const { stops } = testParts();
  const data = mkdtempSync(join(tmpdir(), 'malachor-test-'));
  chmodSync(data, 0o711);
  stops.push(async () => {
    rmSync(data, { recursive: true, force: true });
  });
  try {
    const run = join(data, 'run');
    stops.push(startReaper(run, join(process.cwd(), 'stack/supervisor/reaper.ts'), data));
    const cache = cacheDirectory({ env: process.env, uid: process.getuid?.() ?? -1, home: homedir() });
    // All settle before any is stopped: one that is still starting could not be.
    const starts = await Promise.allSettled([
      startTestTemporal(data, run, cache),
      startTestDatabase(data, run, cache),
      startTestLab(data, cache),
    ]);
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed) throw failed.reason;
    const scratch = join(data, 'scratch');
    mkdirSync(scratch);
    process.env['MALACHOR_TEST_DATA'] = scratch;
  } catch (error) {
    await stopTestParts();
    throw error;
  }
}

const log = (line: string) => {
  process.stderr.write(`${line}\n`);
};

async function startTestTemporal(data: string, run: string, cache: string): Promise<void> {
  const program = (await findTemporal(cache, log)).path;
  const port = await freePort();
  const server = await startTemporal({
    program,
    dataDirectory: join(data, 'temporal'),
    logFile: join(data, 'temporal.log'),
    port,
    webPort: await freePort(),
    synchronous: 'normal',
    onSpawn: (pid) => {
      recordProcess(run, 'temporal', pid);
    },
  });
  testParts().stops.push(() => server.stop());
  const address = `127.0.0.1:${port}`;
  await prepareNamespace({ address, namespace: 'malachor', retentionDays: 1 });
  process.env['MALACHOR_TEST_TEMPORAL'] = address;
  process.env['MALACHOR_TEST_TEMPORAL_NAMESPACE'] = 'malachor';
}

async function startTestDatabase(data: string, run: string, cacheDirectory: string): Promise<void> {
  const server = await startPostgres({
    dataDirectory: join(data, 'postgres'),
    cacheDirectory,
    log: (line) => {
      appendFileSync(join(data, 'postgres.log'), `${line}\n`);
    },
  });
  testParts().stops.push(() => server.stop());
  recordProcess(run, 'postgres', server.pid);
  process.env['MALACHOR_TEST_DATABASE_URL'] = server.url;
  process.env['MALACHOR_TEST_DATABASE_OWNER_URL'] = server.ownerUrl;
}

async function startTestLab(dataDirectory: string, cacheDirectory: string): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return;
  const recipeDirectory = join(process.cwd(), 'stack/lab');
  const instance = await createInstance({ dataDirectory, cacheDirectory, recipeDirectory, log });
  testParts().stops.push(() => removeInstance(instance.network));
  process.env['MALACHOR_TEST_LAB'] = JSON.stringify(instance);
}
