import {
  objectOfCheckpoint,
  objectOfEntry,
  type EvidenceObject,
} from '../../domain/retention/evidence-object.ts';
import { expectedObject, isOver } from '../../domain/retention/expected-object.ts';
import { entryObjectKey, parseEvidenceKey, sitePrefix } from '../../domain/retention/object-keys.ts';
import { reconcile, type StoreDifference } from '../../domain/retention/reconcile.ts';
import type { ReconciliationWalk } from '../../domain/retention/reconciliation.ts';
import { isInLine, type KeptRecord, type SiteStorage } from '../../domain/retention/site-storage.ts';
import type { StoredObject } from '../../domain/retention/stored-object.ts';
import type { LedgerEntry } from '../../evidence/ledger.ts';
import type { StorageContext } from './ports.ts';
import { readEntries } from './read-entries.ts';

/** Records compared in one call. */
const pageSize = 256;

/** A record of the ledger and its object. */
export interface PageRecord extends KeptRecord {
  object: EvidenceObject;
  /** Signed note, where it is a checkpoint. */
  checkpoint?: string;
}

/** One part of ledger and store, side by side. */
export interface ComparedPage {
  /** By key. */
  records: ReadonlyMap<string, PageRecord>;
  /** Of the ledger, in order, as read. */
  entries: readonly LedgerEntry[];
  /** Objects that the store has in this part. */
  objects: number;
  differences: StoreDifference[];
  /** Keys of objects whose time is over, and whose content is what it was. */
  over: string[];
  /** Everything up to this key has been compared; undefined where that is all there is. */
  bound: string | undefined;
  /** Whether the walk's phase ends with this part. */
  isLast: boolean;
}

/** Compares the next part of a walk. Changes nothing. */
export async function comparePage(
  walk: ReconciliationWalk,
  state: SiteStorage,
  context: StorageContext,
): Promise<ComparedPage> {
  const part =
    walk.phase === 'checkpoints' ? await checkpointPart(walk, context) : await entryPart(walk, context);
  const stored = await listUpTo(walk, part.bound, context);
  const byKey = new Map(part.records.map((record) => [record.object.key, record]));
  const now = context.now().toISOString();
  const options = { canHold: context.custodian !== undefined, now };
  const expected = part.records.map((record) => expectedObject(record.object, record, state, options));
  const found: StoreDifference[] = [];
  for await (const one of reconcile(expected, stored, { requiredMode: context.objects.level, now })) {
    if (one.kind !== 'not_removed' && !(await isExplained(one, walk, context))) found.push(one);
  }
  // Once its time is over an object may go, but not under the name of what was there.
  const ended = stored.flatMap((object) => {
    const record = byKey.get(object.key);
    return record !== undefined && isOver(record, state, now) ? [{ record, object }] : [];
  });
  const may = context.custodian !== undefined && isInLine(state);
  const isWhole = ({ record, object }: (typeof ended)[number]) => record.object.sha256 === object.sha256;
  return {
    ...part,
    records: byKey,
    objects: stored.length,
    differences: [...found, ...ended.filter((each) => !isWhole(each)).map(replaced)],
    over: may ? ended.filter(isWhole).map(({ object }) => object.key) : [],
  };
}

function replaced({ record, object }: { record: PageRecord; object: StoredObject }): StoreDifference {
  const { key, sha256 } = object;
  return sha256 === undefined
    ? { kind: 'content_unknown', key }
    : { kind: 'other_content', key, expected: record.object.sha256, found: sha256 };
}

interface Part extends Pick<ComparedPage, 'entries' | 'bound' | 'isLast'> {
  records: PageRecord[];
}

async function checkpointPart(walk: ReconciliationWalk, context: StorageContext): Promise<Part> {
  const { site, size: limit, checkpointsTo } = walk;
  const page = await context.records.checkpoints(site, checkpointsTo, pageSize);
  const records = page
    .filter(({ size }) => size <= limit)
    .map(({ size, checkpoint, recordedAt }): PageRecord => ({
      object: objectOfCheckpoint(site, size, checkpoint, context.cryptography.sha256),
      checkpoint,
      recordedAt,
      checkpointed: false,
    }));
  const isLast = records.length < pageSize;
  // Objects of no kind that lie between checkpoints and entries belong to the last part.
  const bound = isLast ? `${sitePrefix(site)}entries/` : records.at(-1)?.object.key;
  return { records, entries: [], bound, isLast };
}

async function entryPart(walk: ReconciliationWalk, context: StorageContext): Promise<Part> {
  const { site, head, size } = walk;
  const entries = await readEntries(context, site, head.size, Math.min(pageSize, size - head.size));
  const records = entries.map((entry): PageRecord => ({
    object: objectOfEntry(site, entry, context.cryptography.sha256),
    recordedAt: entry.recordedAt,
    checkpointed: walk.checkpoint !== undefined,
  }));
  const last = entries.at(-1);
  const isLast = last === undefined || last.seq + 1 >= size;
  // After every key with this number, whatever hash it names.
  const bound = isLast ? undefined : entryObjectKey(site, last.seq, 'g');
  return { records, entries, bound, isLast };
}

async function listUpTo(
  { site, after }: ReconciliationWalk,
  bound: string | undefined,
  { objects }: StorageContext,
): Promise<StoredObject[]> {
  const stored: StoredObject[] = [];
  for await (const object of objects.list(sitePrefix(site), { after })) {
    if (bound !== undefined && object.key > bound) break;
    stored.push(object);
  }
  return stored;
}

/** What a look can find of an object that is just being put: lock, mark and hold come one after the other. */
const ofPutting = new Set<StoreDifference['kind']>([
  'missing',
  'lock_absent',
  'retention_too_short',
  'hold_absent',
]);

/** Whether a difference is none: what waits to be put, and what came since the walk began. */
async function isExplained(
  { kind, key }: StoreDifference,
  walk: ReconciliationWalk,
  { records, ledger }: StorageContext,
): Promise<boolean> {
  const named = parseEvidenceKey(key);
  if (named?.site !== walk.site) return false;
  if (ofPutting.has(kind)) {
    return named.kind === 'entry' ? named.seq >= walk.storedEntries : named.size > walk.storedCheckpoint;
  }
  if (kind !== 'unexpected') return false;
  if (named.kind === 'checkpoint') {
    const [known] = named.size > walk.size ? await records.checkpoints(walk.site, named.size - 1, 1) : [];
    return known?.size === named.size;
  }
  const [known] = named.seq >= walk.size ? await readEntries({ ledger }, walk.site, named.seq, 1) : [];
  return known?.entryHash === named.entryHash;
}
