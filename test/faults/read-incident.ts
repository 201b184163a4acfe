import { getIncident } from '../../contracts/api/incidents.ts';
import type { Story } from '../../contracts/story.ts';
import type { FaultApi } from './fault-api.ts';

/** The newest incident that `ref` names, by the API; undefined while there is none. */
export async function readIncident(
  api: FaultApi,
  ref: string,
  person: string,
  signal: AbortSignal,
): Promise<Story | undefined> {
  const answer = await api.insist({ person, path: `/api/incidents/${ref}` }, signal);
  return answer.status === 200 ? (getIncident.response.parse(answer.body).story as Story) : undefined;
}
