import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { projectDirectory } from '../cli/project.ts';
import type { BenchContext } from './bench-context.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { createDriftSource } from './parts/drift-source.ts';
import { keepInFlight } from './parts/keep-in-flight.ts';
import { hostIds, startBenchAppliance } from './parts/start-bench-appliance.ts';
import { startBenchStack } from './parts/start-bench-stack.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const warmUp = 200;
const rounds = 5;
const incidentsPerRound = 200;
/** More than is ever open here, so that nothing leaves the cache while it is measured. */
const cacheSize = 4_000;
/** Resident memory counts as settled when it moves by less than this between two looks, in bytes. */
const stillness = 1 << 20;

/**
 * Resident bytes that one more open incident costs the real worker, over the SDK's documented megabyte. Incidents are
 * healed and watched on, as in production, over hosts in memory; the worker keeps all of them in its cache.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const stack = await startBenchStack(context, { worker: { MALACHOR_WORKFLOW_CACHE: String(cacheSize) } });
  const { client, persistence } = await connectAsCentral(context, stack);
  await startBenchAppliance(context, stack, persistence, site);
  const nextDrift = createDriftSource(await readCatalog(join(projectDirectory, 'catalog')), site, hostIds);
  const incidents = createTemporalIncidents(client);
  const open = async (count: number) => {
    const before = await watching();
    await keepInFlight({
      count,
      inFlight: 20,
      everyMs: 100,
      patienceMs: 60_000,
      start: async () => incidents.signalDrift(await nextDrift()),
      ended: async () => (await watching()) - before,
    });
  };
  const watching = async () => (await persistence.incidents.openIncidents(site)).filter(isWatched).length;
  const resident = () => settled(stack.processes.worker.pid ?? 0);

  say('warming up');
  await open(warmUp);
  const perIncident: number[] = [];
  let before = await resident();
  for (let round = 1; round <= rounds; round++) {
    await open(incidentsPerRound);
    const after = await resident();
    perIncident.push((after - before) / incidentsPerRound);
    say(
      `round ${round} of ${rounds}: ${(after / 1e6).toFixed(0)} MB with ${warmUp + round * incidentsPerRound} open`,
    );
    before = after;
  }
  if (stack.processes.worker.restarts > 0) throw new Error('the worker was restarted meanwhile');
  const ours = median(perIncident);
  const reference = 1e6;
  return {
    name: 'worker-memory',
    ratio: ours / reference,
    floor: 0.5,
    higherIsBetter: false,
    ours,
    reference,
    unit: 'bytes per open incident',
  };
}

function isWatched({ state }: { state: string }): boolean {
  return state === 'watching';
}

/** Resident bytes of the process, once they hold still. */
async function settled(pid: number): Promise<number> {
  let last = residentBytes(pid);
  for (;;) {
    await sleep(2_000);
    const now = residentBytes(pid);
    if (Math.abs(now - last) < stillness) return now;
    last = now;
  }
}

/** `VmRSS` of proc(5), in bytes. */
function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error('the worker is not running');
  return Number(kibibytes) * 1_024;
}
