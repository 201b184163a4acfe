import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { projectDirectory } from '../cli/project.ts';
import type { BenchContext } from './bench-context.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { createDriftSource } from './parts/drift-source.ts';
import { keepInFlight } from './parts/keep-in-flight.ts';
import { hostIds, startBenchAppliance } from './parts/start-bench-appliance.ts';
import { startBenchStack, type BenchStack } from './parts/start-bench-stack.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const warmUp = 300;
const rounds = 5;
const incidentsPerRound = 200;
/** More than is ever open here, so that nothing leaves the cache while it is measured. */
const cacheSize = 4_000;
/** What `maxCachedWorkflows` in `@temporalio/worker` is documented with, where contexts are reused as they are by default. */
const documentedBytes = 1_000_000;

/** Memory of the worker after every thread has collected its garbage, in bytes. */
interface Memory {
  resident: number;
  /** Of all JavaScript heaps. */
  heapUsed: number;
}

/**
 * Resident bytes that one more open incident costs the real worker, over the SDK's documented megabyte. Incidents are
 * healed and watched on, as in production, over hosts in memory; the worker keeps all of them in its cache.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const stack = await startBenchStack(context, {
    worker: (dataDirectory) => ({
      MALACHOR_WORKFLOW_CACHE: String(cacheSize),
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'parts/memory-reporter.ts')).href}`,
      BENCH_MEMORY_REPORT: memoryReportIn(dataDirectory),
    }),
  });
  const { client, persistence } = await connectAsCentral(context, stack);
  await startBenchAppliance(context, stack, persistence, site);
  const nextDrift = createDriftSource(await readCatalog(join(projectDirectory, 'catalog')), site, hostIds);
  const incidents = createTemporalIncidents(client);
  const watched = async () =>
    (await persistence.incidents.openIncidents(site)).filter(({ state }) => state === 'watching').length;
  const open = async (count: number) => {
    const before = await watched();
    await keepInFlight({
      count,
      inFlight: 20,
      everyMs: 100,
      patienceMs: 60_000,
      start: async () => incidents.signalDrift(await nextDrift()),
      ended: async () => (await watched()) - before,
    });
  };

  say('warming up');
  await open(warmUp);
  const resident: number[] = [];
  const heapUsed: number[] = [];
  let before = await memoryOf(stack);
  for (let round = 1; round <= rounds; round++) {
    await open(incidentsPerRound);
    const after = await memoryOf(stack);
    resident.push((after.resident - before.resident) / incidentsPerRound);
    heapUsed.push((after.heapUsed - before.heapUsed) / incidentsPerRound);
    const openNow = warmUp + round * incidentsPerRound;
    say(
      `round ${round} of ${rounds}: ${openNow} open, ${inMegabytes(after.resident)} MB resident, ${inMegabytes(after.heapUsed)} MB on heaps`,
    );
    before = after;
  }
  if (stack.processes.worker.restarts > 0) throw new Error('the worker was restarted meanwhile');
  say(`on heaps an open incident takes ${Math.round(median(heapUsed))} bytes`);
  const ours = median(resident);
  return {
    name: 'worker-memory',
    ratio: ours / documentedBytes,
    floor: 0.5,
    higherIsBetter: false,
    ours,
    reference: documentedBytes,
    unit: 'bytes per open incident',
  };
}

/** Has the worker collect its garbage and reads what is left. */
async function memoryOf(stack: BenchStack): Promise<Memory> {
  const report = memoryReportIn(stack.dataDirectory);
  rmSync(report, { force: true });
  await stack.processes.worker.kill('SIGUSR2');
  const deadline = performance.now() + 60_000;
  while (!existsSync(report)) {
    if (performance.now() > deadline) throw new Error('the worker does not report its memory');
    await sleep(100);
  }
  const heapUsed = Number(readFileSync(report, 'utf8'));
  return { heapUsed, resident: residentBytes(stack.processes.worker.pid ?? 0) };
}

function memoryReportIn(dataDirectory: string): string {
  return join(dataDirectory, 'memory-report');
}

/** `VmRSS` of proc(5), in bytes. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error('the worker is not running');
  return Number(kibibytes) * 1_024;
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
