import { sitePolicySchema } from '../contracts/site-policy.ts';
import { createPersistence } from '../persistence/create-persistence.ts';
import { enrolAppliances, type EnrolledAppliance } from './enrol-appliances.ts';
import type { RunningSite, SiteSetting } from './stack.ts';

/**
 * Enrols the sites with their policies, hosts and appliances; a site that is enrolled already gets the policy given now.
 */
export async function enrolSites(
  databaseUrl: string,
  settings: readonly SiteSetting[],
  sites: readonly RunningSite[],
  appliances: { centralSecrets: string; list: readonly EnrolledAppliance[] },
  now: Date,
): Promise<void> {
  const persistence = await createPersistence(databaseUrl, {
    connections: 1,
    applicationName: 'malachor-enrol',
  });
  try {
    for (const { id, name, policy } of settings) {
      await persistence.sites.enrolSite({
        id,
        name: name ?? id,
        policy: policy ?? sitePolicySchema.parse({}),
      });
      const hosts = sites.find((site) => site.id === id)?.hosts ?? [];
      const sightings = hosts.map((host) => ({
        id: host.id,
        // The appliance's first scan says more.
        os: { family: 'linux' as const, id: 'unknown', version: 'unknown' },
        isReachable: true,
        at: now.toISOString(),
      }));
      await persistence.sites.registerHosts(id, sightings);
    }
    await enrolAppliances(persistence.signingKeys, appliances.centralSecrets, appliances.list, now);
  } finally {
    await persistence.close();
  }
}
