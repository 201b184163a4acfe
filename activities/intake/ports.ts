import type { IncidentKey } from '../../contracts/ids.ts';
import type { HostOs, Observation } from '../../contracts/observation.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';

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
      sightings: { id: string; os: HostOs; isReachable: boolean; at: string; baseline?: string }[],
    ): Promise<void>;
  };
  results: {
    /** Keeps the newest of each host and check. Idempotent. */
    store(site: string, observations: readonly Observation[], receivedAt: string): Promise<void>;
  };
  scores: {
    /** Adds the site's score to its history, where it says something new. Idempotent. */
    note(site: string, at: string): Promise<void>;
  };
  policies: { policyOf(site: string): Promise<SitePolicy> };
  now: () => Date;
}

/** The way into incident workflows. Idempotent by observation id, as far as the incident is open. */
export interface IncidentSignals {
  /** Hands a drift to the incident that is open for it, or opens one. */
  signalDrift(observation: Observation): Promise<void>;
  /** Tells an incident that its check was seen passing. Does nothing where the incident has ended. */
  signalCleared(observation: Observation, incidentId: string): Promise<void>;
}
