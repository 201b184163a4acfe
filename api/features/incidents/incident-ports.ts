import type { Actor, DecisionReceipt, DecisionRequest } from '../../../contracts/decision.ts';
import type { Severity } from '../../../contracts/observation.ts';
import type { IncidentState, IncidentSummary, Story, Tier } from '../../../contracts/story.ts';

export interface IncidentListQuery {
  site?: string;
  host?: string;
  state?: IncidentState;
  tier?: Tier;
  severity?: Severity;
  cursor?: string;
  limit: number;
}

/** Incidents as projected; `id` is the workflow id throughout. */
export interface IncidentReader {
  /** Newest first. */
  list(query: IncidentListQuery): Promise<{ items: IncidentSummary[]; nextCursor?: string }>;
  /** The newest incident of that id. */
  get(id: string): Promise<Story | undefined>;
}

/**
 * Speaks to open incidents by update, so that the answer is the incident's own. Each call may be repeated with the
 * same `requestId`: it takes effect once. Rejects with ApiProblem where the incident refuses or does not answer, and
 * with `IncidentNotOpenError` where no such incident is open.
 */
export interface IncidentMessenger {
  decide(id: string, input: { request: DecisionRequest; actor: Actor }): Promise<DecisionReceipt>;
  acknowledge(id: string, actor: Actor, requestId?: string): Promise<{ acknowledgedAt: string }>;
  releaseFlapping(id: string, actor: Actor, requestId?: string): Promise<{ releasedAt: string }>;
}

/** No workflow of that incident is running. */
export class IncidentNotOpenError extends Error {
  override readonly name = 'IncidentNotOpenError';
}
