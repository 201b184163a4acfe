import { setTimeout as sleep } from 'node:timers/promises';
import { formatIncidentRef } from '../../contracts/api/incident-ref.ts';
import type { FaultApi } from './fault-api.ts';
import type { FaultHosts } from './hosts.ts';
import { planDrift, type PlannedDrift } from './plan-drift.ts';
import { readIncident } from './read-incident.ts';
import type { Switch } from './switches.ts';
import type { Timeline } from './timeline.ts';

export interface LaneOptions {
  seed: number;
  site: string;
  host: string;
  target: Switch;
  hosts: FaultHosts;
  api: FaultApi;
  timeline: Timeline;
  /** No more drifts are planted once it is aborted; the one that is there is still waited for. */
  enough: AbortSignal;
  /** Ends all waiting. */
  deadline: AbortSignal;
}

/** What came of a lane. */
export interface LaneResult {
  host: string;
  name: string;
  /** Drifts that were planted. */
  count: number;
  /** The longest time from planting to rest. */
  slowestMs: number;
}

const lookEveryMs = 400;

/**
 * Drifts on one switch, one after the other. Each is reported exactly once, by a scan that the API has accepted: if what
 * follows loses it, nothing finds it again. Resolves when the last one is healed.
 */
export async function runLane(options: LaneOptions): Promise<LaneResult> {
  const { seed, host, target, timeline, enough, deadline } = options;
  let slowestMs = 0;
  for (let number = 1; ; number += 1) {
    const drift = planDrift(seed, host, target.name, number);
    await sleep(drift.pauseMs, undefined, { signal: enough }).catch(() => undefined);
    if (enough.aborted) return { host, name: target.name, count: number - 1, slowestMs };
    const what = `${host} ${target.name} ${number}`;
    await options.hosts.plant(host, target.name, drift);
    const plantedAtMs = Date.now();
    timeline.add(`planted ${what}${drift.isStubborn ? ', stubborn' : ''}`);
    await scanFor(options, drift);
    timeline.add(`reported ${what}`);
    while (!(await isSettled(options, drift, plantedAtMs)))
      await sleep(lookEveryMs, undefined, { signal: deadline });
    const tookMs = Date.now() - plantedAtMs;
    slowestMs = Math.max(slowestMs, tookMs);
    timeline.add(`settled ${what} after ${tookMs} ms`);
  }
}

async function scanFor(options: LaneOptions, drift: PlannedDrift): Promise<void> {
  const { api, site, host, target, deadline } = options;
  const answer = await api.insist(
    {
      person: 'admin',
      method: 'POST',
      path: `/api/sites/${site}/scan`,
      body: { hosts: [host], ...(drift.isFoundByHostScan ? {} : { checks: [target.check] }) },
      idempotencyKey: `drift-${host}-${target.name}-${drift.number}`,
    },
    deadline,
  );
  if (answer.status !== 202) throw new Error(`a scan was refused: ${JSON.stringify(answer)}`);
}

/** Whether the host says that this drift is gone and the incident has seen it. */
async function isSettled(options: LaneOptions, drift: PlannedDrift, plantedAtMs: number): Promise<boolean> {
  const { hosts, api, site, host, target, deadline } = options;
  const seen = await hosts.look(host, target.name);
  if (seen.state !== 'good' || seen.drift !== drift.number) return false;
  const ref = formatIncidentRef({ site, host, check: target.check });
  const story = await readIncident(api, ref, 'admin', deadline);
  if (story === undefined || Date.parse(story.updatedAt) < plantedAtMs) return false;
  return story.state === 'watching' || story.state === 'closed';
}
