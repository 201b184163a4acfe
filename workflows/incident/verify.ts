import { sleep } from '@temporalio/workflow';
import type { Observation } from '../../contracts/observation.ts';
import type { ProbeInput } from '../../contracts/site-activities.ts';
import { atSite } from './activities.ts';
import { probe } from './activity-options.ts';
import { tell, type IncidentMemory } from './memory.ts';
import { applianceLoss } from './run-order.ts';

/** Waits between looks when the check could not be carried out; a restarting service needs a moment. */
const pausesMs = [1_000, 3_000, 8_000];

/**
 * Runs the check again, a few times where it could not be carried out, and tells what came of it.
 * @param seen what the appliance saw right after the run, where it looked
 */
export async function verify(memory: IncidentMemory, seen?: Observation): Promise<Observation> {
  let observation = seen ?? (await look(memory));
  for (const pauseMs of pausesMs) {
    if (observation.status !== 'error' && observation.status !== 'unknown') break;
    await sleep(pauseMs);
    observation = await look(memory);
  }
  const at = new Date().toISOString();
  if (observation.status === 'pass') tell(memory, at, 'verified', observation.message);
  else {
    const summary = `${observation.status}: ${observation.message}`;
    tell(memory, at, 'not_verified', summary, observation.error?.nextStep);
  }
  return observation;
}

/** The incident's own check, as the site has set it. */
export function probeInput({ story, policy }: IncidentMemory): ProbeInput {
  const { site, host, check } = story;
  const { checkSettings: settings } = policy;
  return { site, host, check, ...(settings === undefined ? {} : { settings }) };
}

async function look(memory: IncidentMemory): Promise<Observation> {
  const { site, latest } = memory.story;
  try {
    return await atSite(site, probe(memory.policy.applianceWaitMs)).probeCheck(probeInput(memory));
  } catch (error) {
    const reason = applianceLoss(error)?.reason;
    if (reason === undefined) throw error;
    return {
      ...latest,
      status: 'error',
      facts: {},
      message: reason,
      error: {
        code: 'connection_lost',
        message: reason,
        nextStep: 'Look at the appliance: power, network, and its service.',
      },
      observedAt: new Date().toISOString(),
      source: 'verify',
    };
  }
}
