import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { projectDirectory } from '../cli/project.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import type { Persistence } from '../persistence/create-persistence.ts';
import type { BenchContext } from './bench-context.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { createDriftSource } from './parts/drift-source.ts';
import { measureThroughput, type Load } from './parts/measure-throughput.ts';
import { hostIds, startBenchAppliance } from './parts/start-bench-appliance.ts';
import { startBenchProcess } from './parts/start-bench-process.ts';
import { startBenchStack } from './parts/start-bench-stack.ts';
import { referenceQueue } from './reference/queue.ts';
import { median, type BenchResult } from './result.ts';

const site = 'bench';
const rounds = 7;
const warmUp = { inFlight: 30, windowMs: 3_000, everyMs: 50, patienceMs: 90_000 };
const pace = { ...warmUp, windowMs: 6_000 };

/**
 * Incidents a second, from the drift's report to its verified repair with signed evidence in Postgres, over a workflow of
 * five empty activities on the same Temporal server with a worker at its defaults. Alternating rounds of the same length
 * with the same number under way.
 */
export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const stack = await startBenchStack(context);
  const { client, persistence } = await connectAsCentral(context, stack);
  await startBenchAppliance(context, stack, persistence, site);
  await startBenchProcess(context, stack, 'reference', 'bench/reference/main.ts');
  const ours = await incidentLoad(client);
  const reference = referenceLoad(client);

  say('warming up');
  await measureThroughput(ours, warmUp);
  await measureThroughput(reference, warmUp);
  const oursRates: number[] = [];
  const referenceRates: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const oursRate = await measureThroughput(ours, pace);
    const referenceRate = await measureThroughput(reference, pace);
    oursRates.push(oursRate);
    referenceRates.push(referenceRate);
    say(
      `round ${round} of ${rounds}: ${oursRate.toFixed(1)} incidents/s, ${referenceRate.toFixed(1)} empty workflows/s`,
    );
  }
  await checkAllHealed(persistence, await ours.ended());
  const [oursRate, referenceRate] = [median(oursRates), median(referenceRates)];
  return {
    name: 'incidents',
    ratio: oursRate / referenceRate,
    floor: 1,
    higherIsBetter: true,
    ours: oursRate,
    reference: referenceRate,
    unit: 'incidents/s',
  };
}

/** Drifts, reported as a scan's are. An incident has ended when Temporal has it as watching, its evidence being durable. */
async function incidentLoad(client: Client): Promise<Load> {
  const nextDrift = createDriftSource(await readCatalog(join(projectDirectory, 'catalog')), site, hostIds);
  const incidents = createTemporalIncidents(client);
  return {
    start: async () => incidents.signalDrift(await nextDrift()),
    ended: () =>
      countOf(
        client,
        `${searchAttributes.site.name} = '${site}' and ${searchAttributes.state.name} = 'watching'`,
      ),
  };
}

function referenceLoad(client: Client): Load {
  return {
    start: () =>
      client.workflow.start('fiveSteps', {
        workflowId: `five-steps/${crypto.randomUUID()}`,
        taskQueue: referenceQueue,
      }),
    ended: () => countOf(client, `WorkflowType = 'fiveSteps' and ExecutionStatus = 'Completed'`),
  };
}

/** Both sides are counted by the same means, so that it costs the server the same. */
async function countOf(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}

/** Fails unless each incident counted was healed with one order and has its one entry in the ledger. */
async function checkAllHealed(persistence: Persistence, count: number): Promise<void> {
  const { entries } = await persistence.ledger.summary(site);
  const open = await persistence.incidents.openIncidents(site);
  const healed = open.filter(({ resolution, attempts }) => resolution === 'healed' && attempts === 1);
  if (entries !== count || healed.length !== count)
    throw new Error(
      `of ${count} incidents ${healed.length} were healed at once and ${entries} are on record`,
    );
}
