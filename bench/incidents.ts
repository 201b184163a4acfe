import type { Client } from '@temporalio/client';
import { createTemporalIncidents } from '../activities/intake/temporal-incidents.ts';
import { readCatalog } from '../catalog/read-catalog.ts';
import { searchAttributes } from '../contracts/search-attributes.ts';
import { projectDirectory } from '../cli/project.ts';
import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { connectAsCentral } from './parts/connect-as-central.ts';
import { createDriftSource } from './parts/drift-source.ts';
import { keepInFlight } from './parts/keep-in-flight.ts';
import { hostIds, startBenchAppliance } from './parts/start-bench-appliance.ts';
import { startBenchProcess } from './parts/start-bench-process.ts';
import { startBenchStack } from './parts/start-bench-stack.ts';
import { referenceQueue } from './reference/queue.ts';
import { median, type BenchResult } from './result.ts';

const rounds = 5;
const site = 'bench';
const oursPerRound = 250;
const referencePerRound = 150;
const inFlight = 50;
const pace = { inFlight, everyMs: 50, patienceMs: 30_000 };

export async function run(context: BenchContext): Promise<BenchResult> {
  const { say } = context;
  const stack = await startBenchStack(context);
  const { client, persistence } = await connectAsCentral(context, stack);
  await startBenchAppliance(context, stack, persistence, site);
  await startBenchProcess(context, stack, 'reference', 'bench/reference/main.ts');

  const drifts = createDriftSource(await readCatalog(join(projectDirectory, 'catalog')), site, hostIds);
  const incidents = createTemporalIncidents(client);
  const oursRound = async (count: number): Promise<number> => {
    const observations = await drifts(count);
    const query = `${searchAttributes.site.name} = '${site}' and ${searchAttributes.state.name} = 'watching'`;
    const before = await countOf(client, query);
    const seconds = await keepInFlight({
      ...pace,
      count,
      start: async (index) => incidents.signalDrift(observations[index]!),
      ended: async () => (await countOf(client, query)) - before,
    });
    return count / seconds;
  };
  let referenceStarted = 0;
  const referenceRound = async (count: number): Promise<number> => {
    const query = `WorkflowType = 'fiveSteps' and ExecutionStatus = 'Completed'`;
    const before = await countOf(client, query);
    const seconds = await keepInFlight({
      ...pace,
      count,
      start: () =>
        client.workflow.start('fiveSteps', {
          workflowId: `five-steps/${(referenceStarted += 1)}`,
          taskQueue: referenceQueue,
        }),
      ended: async () => (await countOf(client, query)) - before,
    });
    return count / seconds;
  };

  say('warming up');
  await oursRound(60);
  await referenceRound(60);
  const ours: number[] = [];
  const reference: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    ours.push(await oursRound(oursPerRound));
    reference.push(await referenceRound(referencePerRound));
    say(`round ${round}: ours ${ours.at(-1)!.toFixed(1)}/s, reference ${reference.at(-1)!.toFixed(1)}/s`);
  }
  return {
    name: 'incidents',
    ratio: median(ours) / median(reference),
    floor: 1,
    higherIsBetter: true,
    ours: median(ours),
    reference: median(reference),
    unit: 'incidents/s',
  };
}

async function countOf(client: Client, query: string): Promise<number> {
  return (await client.workflow.count(query)).count;
}
