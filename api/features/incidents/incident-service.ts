import { formatIncidentRef, parseIncidentRef } from '../../../contracts/api/incident-ref.ts';
import type { ApiIncident } from '../../../contracts/api/incidents.ts';
import { incidentWorkflowId } from '../../../contracts/ids.ts';
import type { IncidentSummary, Story } from '../../../contracts/story.ts';
import { stateDigest } from '../../../domain/decisions/state-digest.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import { IncidentNotOpenError, type IncidentListQuery, type IncidentReader } from './incident-ports.ts';

export interface IncidentService {
  list(query: IncidentListQuery): Promise<{ items: ApiIncident[]; nextCursor?: string }>;
  /** Throws ApiProblem `incident_not_found`. */
  get(ref: string): Promise<ApiIncident & { story: Story; stateDigest: string }>;
  /**
   * Runs `send` with the workflow id of `ref`. An incident that is not open becomes ApiProblem `incident_closed` or
   * `incident_not_found`, by what is stored of it.
   */
  speakTo<Reply>(ref: string, send: (workflowId: string) => Promise<Reply>): Promise<Reply>;
}

export function createIncidentService(incidents: IncidentReader): IncidentService {
  return {
    async list(query) {
      const { items, nextCursor } = await incidents.list(query);
      return { items: items.map(toApi), ...(nextCursor !== undefined && { nextCursor }) };
    },
    async get(ref) {
      const story = await incidents.get(workflowIdOf(ref));
      if (!story) throw notFound(ref);
      const digest = stateDigest(story.latest, story.judgedFacts);
      return { ...toApi(summaryOf(story)), story, stateDigest: digest };
    },
    async speakTo(ref, send) {
      const workflowId = workflowIdOf(ref);
      try {
        return await send(workflowId);
      } catch (error) {
        if (!(error instanceof IncidentNotOpenError)) throw error;
        throw (await incidents.get(workflowId)) ? closed() : notFound(ref);
      }
    },
  };
}

function workflowIdOf(ref: string): string {
  const key = parseIncidentRef(ref);
  if (!key) throw notFound(ref);
  return incidentWorkflowId(key);
}

function toApi(incident: IncidentSummary): ApiIncident {
  return { ...incident, id: formatIncidentRef(incident) };
}

function summaryOf(story: Story): IncidentSummary {
  const { id, site, host, check, title, severity, state, tier, resolution, openedAt, updatedAt } = story;
  const attempts = story.attempts.length;
  return { id, site, host, check, title, severity, state, tier, resolution, openedAt, updatedAt, attempts };
}

function notFound(ref: string): ApiProblem {
  return new ApiProblem('incident_not_found', `No incident ${ref} was ever recorded: see /api/incidents.`);
}

function closed(): ApiProblem {
  return new ApiProblem(
    'incident_closed',
    'It ended before this arrived: read it again; nothing was changed.',
  );
}
