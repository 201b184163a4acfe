import { formatIncidentRef } from '../../contracts/api/incident-ref.ts';
import type { Story } from '../../contracts/story.ts';
import type { FaultApi } from './fault-api.ts';
import type { FaultHosts } from './hosts.ts';
import { untilPersonIsAsked } from './read-incident.ts';
import { tornSwitches } from './torn-catalog.ts';

const limitMs = 60_000;

/** Turns both switches on the first host whose files are torn, and resolves to their incidents once a person is asked. */
export async function reportTornSwitches(api: FaultApi, hosts: FaultHosts, site: string): Promise<Story[]> {
  const host = hosts.ids[0] ?? '';
  const drift = { number: 1, holdMs: 0, isStubborn: false, isFoundByHostScan: false, pauseMs: 0 };
  for (const { name } of tornSwitches) await hosts.plant(host, name, drift);
  const body = { hosts: [host], checks: tornSwitches.map(({ check }) => check) };
  const scan = { person: 'admin', method: 'POST', path: `/api/sites/${site}/scan`, body } as const;
  await api.insist(scan, AbortSignal.timeout(limitMs));
  const refs = tornSwitches.map(({ check }) => formatIncidentRef({ site, host, check }));
  return Promise.all(refs.map((ref) => untilPersonIsAsked(api, ref, limitMs)));
}
