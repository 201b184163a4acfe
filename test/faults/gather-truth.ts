import type { z } from 'zod';
import { listBundles } from '../../contracts/api/evidence.ts';
import { listIncidents } from '../../contracts/api/incidents.ts';
import type { Story } from '../../contracts/story.ts';
import { readStatement } from '../../evidence/bundle.ts';
import { decodeBase64 } from '../../evidence/bytes.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { heartbeatPredicateType } from '../../evidence/statements/heartbeat-v1.ts';
import { openStatement } from '../../evidence/statements/open-statement.ts';
import type { FaultApi } from './fault-api.ts';
import { readIncident } from './read-incident.ts';
import type { RecordedBundle, RecordedEntry } from './truth.ts';

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

/** The site's whole ledger, read as an auditor reads it. */
export async function readLedger(
  api: FaultApi,
  site: string,
  signal: AbortSignal,
): Promise<{ entries: RecordedEntry[]; bundles: RecordedBundle[] }> {
  const path = `/api/evidence/sites/${site}/bundles?limit=100`;
  const bundles: RecordedBundle[] = [];
  const entries: RecordedEntry[] = [];
  for (const { entry, envelope, disclosures } of await readPages(api, path, listBundles.response, signal)) {
    const reading = readStatement(decodeBase64(envelope.payload) ?? new Uint8Array(), sha256);
    if (!reading.ok) throw new Error(`entry ${entry} cannot be read: ${reading.reason}`);
    const { statement } = reading;
    const opened = openStatement(statement, disclosures, sha256);
    if (!opened.ok || opened.withheld.length > 0)
      throw new Error(`entry ${entry} is not disclosed as it should be`);
    if (statement.predicateType === heartbeatPredicateType) {
      entries.push({ site, entry, heartbeat: statement.predicate.sequence });
      continue;
    }
    entries.push({ site, entry });
    if (!('moment' in statement.predicate)) continue;
    // Signed by the workers of this very test; the schema of records leaves stories open for later shapes.
    const { story } = opened.predicate as { story: Story };
    bundles.push({ entry, moment: statement.predicate.moment, story });
  }
  return { entries, bundles };
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
