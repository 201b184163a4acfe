import { setTimeout as sleep } from 'node:timers/promises';
import { formatIncidentRef } from '../../contracts/api/incident-ref.ts';
import type { Story } from '../../contracts/story.ts';
import type { SupervisedProcess } from '../../stack/supervisor/supervise.ts';
import type { FaultApi } from './fault-api.ts';
import type { FaultHosts } from './hosts.ts';
import { readIncident } from './read-incident.ts';
import { onceSwitch } from './switches.ts';
import type { Timeline } from './timeline.ts';

export interface LongAbsenceOptions {
  site: string;
  appliance: SupervisedProcess;
  hosts: FaultHosts;
  api: FaultApi;
  timeline: Timeline;
  deadline: AbortSignal;
}

const lookEveryMs = 300;

/**
 * A remediation that must not run twice is begun, its appliance is killed and does not come back until the incident has
 * said so. Resolves to the incident as it said so, once all is well again.
 */
export async function surviveLongAbsence(options: LongAbsenceOptions): Promise<Story> {
  const { site, appliance, hosts, api, timeline, deadline } = options;
  const host = hosts.ids[0] ?? '';
  const { name, check } = onceSwitch;
  const drift = { number: 1, holdMs: 2_500, isStubborn: false, isFoundByHostScan: false, pauseMs: 0 };
  await hosts.plant(host, name, drift);
  const scan = { person: 'admin', method: 'POST', path: `/api/sites/${site}/scan` } as const;
  await api.insist(
    { ...scan, body: { hosts: [host], checks: [check] }, idempotencyKey: 'absence-1' },
    deadline,
  );
  while (!(await hosts.isRemediating())) await sleep(lookEveryMs, undefined, { signal: deadline });
  await appliance.kill('SIGKILL');
  await appliance.stop();
  timeline.add(`${appliance.name} is gone for long`);
  const until = async (isReached: (story: Story) => boolean): Promise<Story> => {
    for (;;) {
      const story = await readIncident(api, formatIncidentRef({ site, host, check }), 'admin', deadline);
      if (story && isReached(story)) return story;
      await sleep(lookEveryMs, undefined, { signal: deadline });
    }
  };
  const waiting = await until(({ state }) => state === 'waiting_for_appliance');
  await appliance.start();
  timeline.add(`${appliance.name} is back`);
  await until(({ state, resolution }) => state === 'closed' && resolution === 'healed');
  return waiting;
}
