import type { z } from 'zod';
import { listBundles } from '../../contracts/api/evidence.ts';
import { listIncidents } from '../../contracts/api/incidents.ts';
import type { Story } from '../../contracts/story.ts';
import { readStatement } from '../../evidence/bundle.ts';
import { decodeBase64 } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
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
  return bundles.map(({ entry, envelope, disclosures }) => {
    const reading = readStatement(decodeBase64(envelope.payload) ?? new Uint8Array(), sha256);
    if (!reading.ok) throw new Error(`entry ${entry} cannot be read: ${reading.reason}`);
    const { statement } = reading;
    if (!('moment' in statement.predicate)) throw new Error(`entry ${entry} is not about an incident`);
    const { moment } = statement.predicate;
    const opened = openStatement(statement, disclosures, sha256);
    if (!opened.ok || opened.withheld.length > 0)
      throw new Error(`entry ${entry} is not disclosed as it should be`);
    // Signed by the workers of this very test; the schema of records leaves stories open for later shapes.
    return { entry, moment, story: (opened.predicate as { story: Story }).story };
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
