import type { IntakeActivities } from '../../contracts/central-activities.ts';
import { incidentWorkflowId } from '../../contracts/ids.ts';
import { isDrift, type Observation, type ProbeErrorCode } from '../../contracts/observation.ts';
import { checkSettings } from '../../domain/baselines/check-plan.ts';
import type { IntakeDependencies } from './ports.ts';

/** Signals under way at a time. */
const signalsAtOnce = 16;

/** Errors that say that the host did not answer; after any other it did. */
const unreachable: ReadonlySet<ProbeErrorCode> = new Set(['host_unreachable', 'host_unknown', 'timeout']);

/**
 * Takes in what scans and reports saw. Hosts are registered and results kept before any drift opens an incident; the score
 * is noted when all of it is known. Where one signal fails the rest are sent and the activity then fails, so that its
 * retry sends what is missing.
 */
export function createIntakeActivities(dependencies: IntakeDependencies): IntakeActivities {
  const { incidents, openIncidents, hosts, results, scores, policies, now } = dependencies;
  return {
    readSiteSettings: async ({ site }) => ({
      settings: checkSettings((await policies.policyOf(site)).checks),
    }),

    reportObservations: async ({ observations, hosts: scanned = [], isPart = false }) => {
      const at = now().toISOString();
      const bySite = groupBySite(observations);
      for (const [site, ofSite] of bySite) {
        await hosts.registerHosts(site, sightings(ofSite, scanned));
        await results.store(site, ofSite, at);
      }
      const drifts = observations.filter(({ status }) => isDrift(status));
      const passes = observations.filter(({ status }) => !isDrift(status));
      const cleared = await passesOfOpenIncidents(passes, openIncidents);
      await forEachInLanes(drifts, (observation) => incidents.signalDrift(observation));
      await forEachInLanes(cleared, (observation) =>
        incidents.signalCleared(observation, incidentWorkflowId(observation)),
      );
      if (!isPart) for (const site of bySite.keys()) await scores.note(site, at);
      return { drifts: drifts.length, cleared: cleared.length };
    },
  };
}

async function passesOfOpenIncidents(
  passes: Observation[],
  open: IntakeDependencies['openIncidents'],
): Promise<Observation[]> {
  const cleared: Observation[] = [];
  for (const [site, ofSite] of groupBySite(passes)) {
    const ids = new Set((await open.openIncidents(site)).map(({ id }) => id));
    cleared.push(...ofSite.filter((observation) => ids.has(incidentWorkflowId(observation))));
  }
  return cleared;
}

function groupBySite(observations: Observation[]): Map<string, Observation[]> {
  return Map.groupBy(observations, ({ site }) => site);
}

function sightings(observations: Observation[], scanned: { host: string; baseline?: string }[]) {
  const baselines = new Map(scanned.map(({ host, baseline }) => [host, baseline]));
  return observations.map(({ host, os, error, observedAt }) => {
    const baseline = baselines.get(host);
    return {
      id: host,
      os,
      isReachable: !(error && unreachable.has(error.code)),
      at: observedAt,
      ...(baseline === undefined ? {} : { baseline }),
    };
  });
}

/** Sends observations of one incident in their order, those of several side by side. */
async function forEachInLanes(
  observations: Observation[],
  send: (observation: Observation) => Promise<void>,
): Promise<void> {
  const waiting = [...Map.groupBy(observations, incidentWorkflowId).values()];
  const failures: unknown[] = [];
  const runLane = async () => {
    for (let group = waiting.pop(); group; group = waiting.pop()) {
      try {
        for (const observation of group) await send(observation);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: signalsAtOnce }, runLane));
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `${failures.length} of ${observations.length} observations did not reach their incidents. They are sent again.`,
    );
  }
}
