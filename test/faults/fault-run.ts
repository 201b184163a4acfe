import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { Story } from '../../contracts/story.ts';
import type { Stack } from '../../stack/stack.ts';
import { writeAutopsy } from './autopsy.ts';
import { runLane } from './drift-lane.ts';
import { FaultApi } from './fault-api.ts';
import { readLedger, readStories } from './gather-truth.ts';
import { FaultHosts } from './hosts.ts';
import { applianceOf, killParts, processesOf, untilReady } from './kill-parts.ts';
import { surviveLongAbsence } from './long-absence.ts';
import { Moments } from './moments.ts';
import { partLives } from './part-life.ts';
import { People } from './people.ts';
import { planKills } from './plan-kills.ts';
import { absentSite, site } from './start-fault-stack.ts';
import { onceSwitch, switches } from './switches.ts';
import { readExecutions } from './temporal-truth.ts';
import type { Timeline } from './timeline.ts';
import type { Truth } from './truth.ts';

export interface FaultRunOptions {
  stack: Stack;
  seed: number;
  kills: number;
  timeline: Timeline;
  /** What the stack has logged so far. */
  log: readonly string[];
  /** Where it is written down how things stood when a run failed. */
  autopsyDirectory: string;
}
export interface FaultRunResult {
  truth: Truth;
  /** Answers of the API that must not be. */
  faults: string[];
  /** Kills that met the moment they were aimed at. */
  aimedKills: number;
  slowestDriftMs: number;
  /** The incident whose appliance was away for long, as it stood then. */
  absenceTold: Story;
}

/** How long the system may take, after the last kill, until all is healed and all has ended. */
const settleLimitMs = 240_000;

/** Plants drifts, lets people decide and kills parts; then waits for rest and tells what came of it all. */
export async function runFaults(options: FaultRunOptions): Promise<FaultRunResult> {
  const { stack, seed, timeline } = options;
  const hosts = new FaultHosts(stack, site);
  const absentHosts = new FaultHosts(stack, absentSite);
  const api = new FaultApi(stack.addresses.api, stack.tokens, timeline);
  const moments = new Moments(hosts, stack.databaseUrl);
  const targets = processesOf(stack, site);
  const plan = planKills(seed, options.kills);
  const [enough, deadline, goHome] = [new AbortController(), new AbortController(), new AbortController()];
  const people = new People({ api, site, timeline, onDecision: moments.decisionIsSent, stop: goHome.signal });
  const working = people.work();
  const lanes = hosts.ids.flatMap((host) =>
    switches.map((target) =>
      runLane({
        ...{ seed, site, host, target, hosts, api, timeline },
        enough: enough.signal,
        deadline: deadline.signal,
      }),
    ),
  );
  const absence = surviveLongAbsence({
    ...{ site: absentSite, hosts: absentHosts, api, timeline, deadline: deadline.signal },
    appliance: applianceOf(stack, absentSite),
  });
  try {
    // A lane that fails ends the run; the kills must not go on over it.
    const failed = Promise.all([...lanes, absence]).then(() => new Promise<never>(() => undefined));
    const aimedKills = await Promise.race([killParts(plan, targets, moments, timeline), failed]);
    timeline.add('the kills are done');
    enough.abort();
    setTimeout(() => {
      deadline.abort(new Error(`not all was settled within ${settleLimitMs} ms`));
    }, settleLimitMs).unref();
    const planted = await Promise.all(lanes);
    const slowestDriftMs = Math.max(...planted.map(({ slowestMs }) => slowestMs));
    const absenceTold = await absence;
    await Promise.all(Object.values(targets).map(untilReady));
    await untilAtRest(stack, deadline.signal);
    timeline.add('all is at rest');
    goHome.abort();
    await working;
    const looks = [
      ...planted.map(({ host, name }) => hosts.look(host, name)),
      ...absentHosts.ids.map((host) => absentHosts.look(host, onceSwitch.name)),
    ];
    const ledgers = await inBothSites(async (each) => [await readLedger(api, each, deadline.signal)]);
    const truth: Truth = {
      marks: [...(await hosts.marks()), ...(await absentHosts.marks())],
      switches: await Promise.all(looks),
      planted: [...planted, ...absentHosts.ids.map((host) => ({ host, name: onceSwitch.name, count: 1 }))],
      stories: await inBothSites((each) => readStories(api, each, deadline.signal)),
      bundles: ledgers.flatMap(({ bundles }) => bundles),
      entries: ledgers.flatMap(({ entries }) => entries),
      executions: await readExecutions(stack.addresses.temporal, stack.addresses.namespace),
      decisions: people.accepted,
      heldOrders: await moments.openOrders(),
      parts: partLives(targets, plan, options.log),
    };
    return { truth, faults: [...api.faults, ...people.faults], aimedKills, absenceTold, slowestDriftMs };
  } catch (error) {
    timeline.add(`the run failed: ${error instanceof Error ? error.message : String(error)}`);
    timeline.add(`people are busy with ${people.busyWith.join(', ') || 'nothing'}`);
    await writeAutopsy(stack, site, options.autopsyDirectory).catch((reason: unknown) => {
      timeline.add(`no autopsy: ${String(reason)}`);
    });
    throw error;
  } finally {
    for (const each of [enough, deadline, goHome]) each.abort(new Error('the run is over'));
    await Promise.allSettled([...lanes, absence, working]);
    await moments.close();
  }
}

async function inBothSites<Item>(read: (each: string) => Promise<Item[]>): Promise<Item[]> {
  return [...(await read(site)), ...(await read(absentSite))];
}

/** Resolves when nothing runs in Temporal but incidents that wait for a person. */
async function untilAtRest(stack: Stack, deadline: AbortSignal): Promise<void> {
  const { temporal: address, namespace } = stack.addresses;
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    const query = `ExecutionStatus = 'Running' and not (WorkflowType = 'incident' and MalachorState = 'waiting_for_person')`;
    while ((await client.workflow.count(query)).count > 0) await sleep(500, undefined, { signal: deadline });
  } finally {
    await connection.close();
  }
}
