import type { z } from 'zod';
import { listBundles } from '../../contracts/api/evidence.ts';
import { listIncidents } from '../../contracts/api/incidents.ts';
import type { Story } from '../../contracts/story.ts';
import { incidentPredicateType, readStatement } from '../../evidence/bundle.ts';
import { decodeBase64 } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import type { FaultApi } from './fault-api.ts';
import { readIncident } from './read-incident.ts';
import type { RecordedBundle } from './truth.ts';

/** The newest incident of each host and check of the site. */
export async function readStories(api: FaultApi, site: string, signal: AbortSignal): Promise<Story[]> {
  const path = `/api/incidents?site=${site}`;
  const listed = await readPages(api, path, listIncidents.response, signal);
  const stories: Story[] = [];
  for (const id of new Set(listed.map((incident) => incident.id))) {
    const story = await readIncident(api, id, 'admin', signal);
    if (story) stories.push(story);
  }
  return stories;
}

/** Every bundle of the site's ledger, read as an auditor reads it. */
export async function readBundles(
  api: FaultApi,
  site: string,
  signal: AbortSignal,
): Promise<RecordedBundle[]> {
  const path = `/api/evidence/sites/${site}/bundles?limit=100`;
  const bundles = await readPages(api, path, listBundles.response, signal);
  return bundles.map(({ entry, envelope }) => {
    const reading = readStatement(decodeBase64(envelope.payload) ?? new Uint8Array(), sha256);
    if (!reading.ok) throw new Error(`entry ${entry} cannot be read: ${reading.reason}`);
    const { statement } = reading;
    if (statement.predicateType !== incidentPredicateType)
      throw new Error(`entry ${entry} is not about an incident`);
    const { moment, story } = statement.predicate;
    // Signed by the workers of this very test; the schema of records leaves stories open for later shapes.
    return { entry, moment, story: story as unknown as Story };
  });
}

async function readPages<Item>(
  api: FaultApi,
  path: string,
  page: z.ZodType<{ items: Item[]; nextCursor?: string | undefined }>,
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor = '';
  for (;;) {
    const separator = path.includes('?') ? '&' : '?';
    const query = cursor === '' ? '' : `${separator}cursor=${cursor}`;
    const answer = await api.insist({ person: 'admin', path: `${path}${query}` }, signal);
    const { items: more, nextCursor } = page.parse(answer.body);
    items.push(...more);
    if (nextCursor === undefined) return items;
    cursor = nextCursor;
  }
}
