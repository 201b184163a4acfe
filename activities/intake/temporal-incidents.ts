import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { centralTaskQueue, incidentWorkflowId } from '../../contracts/ids.ts';
import { driftCleared, driftObserved, guardFreed } from '../../contracts/incident-messages.ts';
import type { Observation } from '../../contracts/observation.ts';
import { searchAttributes } from '../../contracts/search-attributes.ts';
import type { incident } from '../../workflows/incident/workflow.ts';
import type { IncidentSignals } from './ports.ts';

/** Incidents as workflows on a Temporal server. */
export function createTemporalIncidents(client: Client): IncidentSignals {
  return {
    signalDrift: async (observation) => {
      const { site, host, check, severity } = observation;
      const key = { site, host, check };
      await client.workflow.signalWithStart<typeof incident, [Observation]>('incident', {
        workflowId: incidentWorkflowId(key),
        taskQueue: centralTaskQueue,
        args: [{ key }],
        signal: driftObserved,
        signalArgs: [observation],
        typedSearchAttributes: [
          { key: searchAttributes.site, value: site },
          { key: searchAttributes.host, value: host },
          { key: searchAttributes.check, value: check },
          { key: searchAttributes.severity, value: severity },
          { key: searchAttributes.state, value: 'planning' },
          { key: searchAttributes.tier, value: 'L1' },
        ],
      });
    },

    signalCleared: (observation, incidentId) =>
      unlessEnded(client.workflow.getHandle(incidentId).signal(driftCleared, observation)),
  };
}

/** Tells an incident that a run it may have waited for has ended. */
export function createGuardWaker(client: Client): (incidentId: string) => Promise<void> {
  return (incidentId) => unlessEnded(client.workflow.getHandle(incidentId).signal(guardFreed));
}

async function unlessEnded(signalled: Promise<void>): Promise<void> {
  try {
    await signalled;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
