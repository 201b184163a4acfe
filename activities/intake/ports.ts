import type { IncidentKey } from '../../contracts/ids.ts';
import type { HostOs, Observation } from '../../contracts/observation.ts';

/** What intake needs of others. */
export interface IntakeDependencies {
  incidents: IncidentSignals;
  openIncidents: {
    /** Incidents of the site that have not ended, as far as they are known. */
    openIncidents(site: string): Promise<(IncidentKey & { id: string })[]>;
  };
  hosts: {
    /** Adds hosts and notes when they answered. Idempotent. */
    registerHosts(
      site: string,
      sightings: { id: string; os: HostOs; isReachable: boolean; at: string }[],
    ): Promise<void>;
  };
}

/** The way into incident workflows. Idempotent by observation id, as far as the incident is open. */
export interface IncidentSignals {
  /** Hands a drift to the incident that is open for it, or opens one. */
  signalDrift(observation: Observation): Promise<void>;
  /** Tells an incident that its check was seen passing. Does nothing where the incident has ended. */
  signalCleared(observation: Observation, incidentId: string): Promise<void>;
}
