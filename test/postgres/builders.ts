import { createHash } from 'node:crypto';
import { sitePolicySchema } from '../../contracts/site-policy.ts';
import type { Envelope } from '../../contracts/order.ts';
import type { Story } from '../../contracts/story.ts';
import type { Disclosure } from '../../evidence/disclosure/commitment.ts';
import { migrate } from '../../persistence/migrate.ts';
import {
  createPersistence,
  type Persistence,
  type PersistenceOptions,
} from '../../persistence/create-persistence.ts';
import { anObservation } from '../builders/incident.ts';
import type { TestDatabase } from './test-database.ts';

/** An envelope whose payload is `text`. */
export function anEnvelope(text: string): Envelope {
  return {
    payloadType: 'text/plain',
    payload: Buffer.from(text).toString('base64'),
    signatures: [{ keyid: 'test', sig: createHash('sha256').update(text).digest('base64') }],
  };
}

/** What would open a hidden value at a place; the salt follows from the value. */
export function aDisclosure(path: string, value: unknown): Disclosure {
  return [createHash('md5').update(JSON.stringify(value)).digest('hex'), path, value];
}

/** A story of `srv-1` at `main-street`, with `overrides`. Its id follows from site, host and check. */
export function aStory(overrides: Partial<Story> = {}): Story {
  const story = {
    site: 'main-street',
    host: 'srv-1',
    check: 'linux.ssh.root_login',
    title: 'Root may not log in over SSH',
    severity: 'high',
    state: 'planning',
    tier: 'L1',
    openedAt: '2026-11-23T10:00:00.000Z',
    updatedAt: '2026-11-23T10:00:00.000Z',
    detectedAtMs: 0,
    observations: 1,
    latest: anObservation(),
    events: [],
    eventsDropped: 0,
    trace: [],
    attempts: [],
    plans: [],
    decisions: [],
    flapping: { heals: [] },
    ledgerEntries: [],
    ...overrides,
  } satisfies Omit<Story, 'id'>;
  return { id: `incident/${story.site}/${story.host}/${story.check}`, ...story };
}

/** Migrates the database and opens it with the sites `main-street` and `harbour` enrolled. */
export async function openWithTwoSites(
  database: TestDatabase,
  options: PersistenceOptions = {},
): Promise<Persistence> {
  await migrate(database.server.ownerUrl);
  const persistence = await createPersistence(database.server.url, options);
  for (const id of ['main-street', 'harbour']) {
    await persistence.sites.enrolSite({ id, name: id, policy: sitePolicySchema.parse({}) });
  }
  return persistence;
}
