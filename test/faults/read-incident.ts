import { setTimeout as sleep } from 'node:timers/promises';
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

/** The incident once it waits for a person; fails with its story's events after `limitMs`. */
export async function untilPersonIsAsked(api: FaultApi, ref: string, limitMs: number): Promise<Story> {
  const signal = AbortSignal.timeout(limitMs);
  for (;;) {
    const story = await readIncident(api, ref, 'admin', signal);
    if (story?.state === 'waiting_for_person') return story;
    if (signal.aborted) throw new Error(`${ref} asks nobody: ${JSON.stringify(story?.events)}`);
    await sleep(200);
  }
}
