import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../stack/stack.ts';
import type { SupervisedProcess } from '../../stack/supervisor/supervise.ts';
import type { Moments } from './moments.ts';
import type { Part, PlannedKill } from './plan-kills.ts';
import type { Timeline } from './timeline.ts';

/** How long an aimed kill waits for its moment before it is done anyway. */
const momentLimitMs = 8_000;
/** Longer than any part takes to start, with the longest wait before that. */
const readyLimitMs = 120_000;

/** The appliance of the site. */
export function applianceOf({ processes }: Stack, site: string): SupervisedProcess {
  const appliance = processes.appliances.get(site);
  if (!appliance) throw new Error(`site ${site} has no appliance`);
  return appliance;
}

/** The processes of the stack by what the plan calls them. */
export function processesOf(stack: Stack, site: string): Record<Part, SupervisedProcess> {
  const { postgres, temporal, api, worker } = stack.processes;
  if (!postgres || !temporal) throw new Error('the whole stack must be ours to kill');
  return { postgres, temporal, api, worker, appliance: applianceOf(stack, site) };
}

/** Carries out the kills one after the other; each finds its target serving. Resolves to how many met their moment. */
export async function killParts(
  plan: readonly PlannedKill[],
  targets: Record<Part, SupervisedProcess>,
  moments: Moments,
  timeline: Timeline,
): Promise<number> {
  let aimed = 0;
  for (const { number, part, pauseMs, moment, delayMs } of plan) {
    await sleep(pauseMs);
    await untilReady(targets[part]);
    const isReached = await moments.reached(moment, momentLimitMs);
    if (isReached && moment !== 'any') aimed += 1;
    await sleep(delayMs);
    await untilReady(targets[part]);
    timeline.add(`KILL ${number} ${part} at ${isReached ? moment : `no ${moment}`}`);
    await targets[part].kill('SIGKILL');
  }
  return aimed;
}

/** Resolves when the part serves; rejects, naming it, where it does not come back. */
export async function untilReady(target: SupervisedProcess): Promise<void> {
  const over = new AbortController();
  const late = sleep(readyLimitMs, 'late', { signal: over.signal }).catch(() => 'in time');
  const outcome = await Promise.race([target.untilReady(), late]);
  over.abort();
  if (outcome === 'late') throw new Error(`${target.name} did not come back within ${readyLimitMs} ms`);
}
