import type { StoredObject } from '../../domain/retention/stored-object.ts';
import { objectOfEntry } from '../../domain/retention/evidence-object.ts';
import { emptyTally, type ReconciliationWalk } from '../../domain/retention/reconciliation.ts';
import { retainUntil } from '../../domain/retention/plan-tier.ts';
import type { SiteStorage } from '../../domain/retention/site-storage.ts';
import { emptyHead } from '../../evidence/ledger.ts';
import { nodeCryptography } from '../../evidence/node/ed25519.ts';
import { sha256 } from '../../evidence/node/hasher.ts';
import { sampleSite } from '../../evidence/testing/sample-evidence.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { comparePage } from './compare-page.ts';
import type { StorageContext } from './ports.ts';

const site = 'main-street';
const { entries } = sampleSite(site, 6);
const objects = entries.map((entry): StoredObject => {
  const { key, bytes, sha256: hash } = objectOfEntry(site, entry, sha256);
  return {
    key,
    bytes: bytes.length,
    sha256: hash,
    retainUntil: retainUntil('professional', entry.recordedAt),
    mode: 'immutable',
    legalHold: false,
    covered: false,
  };
});
const at = entries[0]?.recordedAt ?? '';

/** A store that lists `stored`, and a ledger that has all entries; what is not listed here is not called. */
function contextOf(stored: readonly StoredObject[]): StorageContext {
  const store = {
    level: 'immutable',
    async *list(_prefix: string, { after = '' } = {}) {
      yield* stored.filter(({ key }) => key > after);
    },
  } as unknown as ObjectStore;
  return {
    objects: store,
    ledger: {
      read: (_site: string, from: number, limit: number) =>
        Promise.resolve(entries.slice(from, from + limit)),
    },
    records: { checkpoints: () => Promise.resolve([]) } as unknown as StorageContext['records'],
    cryptography: nodeCryptography,
    now: () => new Date(at),
  } as unknown as StorageContext;
}

const walk = (over: Partial<ReconciliationWalk> = {}): ReconciliationWalk => ({
  site,
  startedAt: at,
  pass: 'look',
  size: entries.length,
  storedEntries: entries.length,
  storedCheckpoint: 0,
  phase: 'entries',
  after: `sites/${site}/entries/`,
  checkpointsTo: 0,
  head: emptyHead(site, sha256),
  tally: emptyTally,
  ...over,
});
const state: SiteStorage = {
  site,
  plan: 'professional',
  ledger: { size: entries.length, checkpointSize: 0 },
  storedEntries: entries.length,
  storedCheckpoint: 0,
};

async function found(stored: readonly StoredObject[], over: Partial<ReconciliationWalk> = {}) {
  const { differences } = await comparePage(walk(over), state, contextOf(stored));
  return differences.map(({ kind, key }) => [kind, Number(/\d{12}/.exec(key)?.[0])]);
}

test('a store that has all of it as it should be differs in nothing', async () => {
  expect(await found(objects)).toEqual([]);
});

test('what is just being put may be without its mark or lock, or not be there, and nothing else may', async () => {
  const unmarked = objects
    .slice(0, 5)
    .map((object) => ({ ...object, mode: 'advisory' as const, retainUntil: undefined }));
  expect(await found(unmarked, { storedEntries: 0 })).toEqual([]);
  expect(await found(unmarked, { storedEntries: 4 })).toEqual([
    ...[0, 1, 2, 3].flatMap((seq) => [
      ['lock_absent', seq],
      ['retention_too_short', seq],
    ]),
  ]);
  const other = objects.map((object) => ({ ...object, sha256: 'a'.repeat(64) }));
  expect((await found(other, { storedEntries: 0 })).map(([kind]) => kind)).toEqual(
    Array(6).fill('other_content'),
  );
});

test('what came after the walk began is known, and a stranger among it is not', async () => {
  const last = objects.at(-1);
  if (!last) throw new Error('unreachable: there are six');
  const stranger = { ...last, key: `${last.key.slice(0, -70)}-${'f'.repeat(64)}.json` };
  const listed = [...objects, stranger].sort((one, other) => (one.key < other.key ? -1 : 1));
  expect(await found(listed, { size: 4, storedEntries: 4 })).toEqual([['unexpected', 5]]);
});
