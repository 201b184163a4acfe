import { randomUUID } from 'node:crypto';
import type { ApiEvidenceSummary } from '../../contracts/api/evidence-summary.ts';
import { formatIncidentRef } from '../../contracts/api/incident-ref.ts';
import type { DecisionReceipt } from '../../contracts/decision.ts';
import type { IncidentKey } from '../../contracts/ids.ts';
import type { Story } from '../../contracts/story.ts';

/** Malachor's API as one person uses it. */
export interface ApiClient {
  scan(site: string, checks?: string[], hosts?: string[]): Promise<void>;
  /** The newest incident of the key; undefined while there is none. */
  story(key: IncidentKey): Promise<Story | undefined>;
  approve(key: IncidentKey, note: string): Promise<DecisionReceipt>;
  verifyLedger(site: string): Promise<{ verified: boolean; entries: number }>;
  evidenceSummary(site: string): Promise<ApiEvidenceSummary>;
}

/**
 * A client of the API at `baseUrl`. Rejects with the problem document's own words where the answer is a problem;
 * 404 on an incident is an answer, and a busy or restarting API (503) is asked again.
 */
export function createApiClient(baseUrl: string, token: string): ApiClient {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    if (response.status === 404 && method === 'GET') return undefined;
    throw new Error(`${method} ${path}: ${String(response.status)} ${JSON.stringify(answer)}`);
  };
  return {
    scan: async (site, checks, hosts) => {
      await call('POST', `/api/sites/${site}/scan`, { ...(checks && { checks }), ...(hosts && { hosts }) });
    },
    story: async (key) => {
      const answer = await call('GET', `/api/incidents/${formatIncidentRef(key)}`);
      return (answer as { story: Story } | undefined)?.story;
    },
    approve: async (key, note) => {
      const request = { id: randomUUID(), kind: 'approve', note };
      const answer = await call('POST', `/api/incidents/${formatIncidentRef(key)}/decisions`, request);
      return answer as DecisionReceipt;
    },
    evidenceSummary: async (site) =>
      (await call('GET', `/api/evidence/sites/${site}/summary`)) as ApiEvidenceSummary,
    verifyLedger: async (site) => {
      return (await call('GET', `/api/evidence/sites/${site}/verify`)) as {
        verified: boolean;
        entries: number;
      };
    },
  };
}
