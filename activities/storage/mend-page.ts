import { parseEvidenceKey } from '../../domain/retention/object-keys.ts';
import type { StoreDifference } from '../../domain/retention/reconcile.ts';
import { lockFor, lockForCheckpoint, type SiteStorage } from '../../domain/retention/site-storage.ts';
import { parseCheckpoint, isSignedBy } from '../../evidence/checkpoint.ts';
import type { ComparedPage, PageRecord } from './compare-page.ts';
import { inGroups } from './in-groups.ts';
import type { StorageContext } from './ports.ts';
import { putObject } from './store-next.ts';
import { unlessFailing } from './store-failure.ts';

/** What was done about a compared part. */
export interface Mended {
  restored: number;
  removed: number;
  /** What was to be removed and could not be. */
  kept: StoreDifference[];
}

/**
 * Puts again what is missing and can be proven, and removes what has outlived its retention. Call it only for a ledger that was
 * verified to its signed checkpoint. Nothing is ever overwritten.
 */
export async function mendPage(
  { records, differences, over }: ComparedPage,
  state: SiteStorage,
  context: StorageContext,
): Promise<Mended> {
  const mended: Mended = { restored: 0, removed: 0, kept: [] };
  // Where another object claims the same number, a person has to judge which one is true.
  const claimed = new Set(
    differences.filter(({ kind }) => kind === 'unexpected').map(({ key }) => placeOf(key)),
  );
  const missing = differences.filter(({ kind, key }) => kind === 'missing' && !claimed.has(placeOf(key)));
  await inGroups(missing, async ({ key }) => {
    const record = records.get(key);
    if (record && (await putAgain(record, state, context))) mended.restored++;
  });
  await inGroups(over, async (key) => {
    const gone = await unlessFailing(['locked', 'damaged'], removeExpired(key, context));
    if (gone === true) mended.removed++;
    else mended.kept.push({ kind: 'not_removed', key });
  });
  return mended;
}

async function putAgain(
  { object, checkpoint, ...record }: PageRecord,
  state: SiteStorage,
  context: StorageContext,
): Promise<boolean> {
  const now = context.now().toISOString();
  if (checkpoint !== undefined && !(await isOurs(checkpoint, context))) return false;
  const until =
    checkpoint === undefined ? lockFor(record, state, now) : lockForCheckpoint(record.recordedAt, state, now);
  return until !== undefined && (await putObject(state, object, until, context));
}

async function removeExpired(key: string, { custodian }: StorageContext): Promise<boolean> {
  await custodian?.removeExpired(key);
  return custodian !== undefined;
}

/** Whether one of the keys we sign checkpoints with signed the note. */
export async function isOurs(
  checkpoint: string,
  { checkpointKeys, cryptography }: Pick<StorageContext, 'checkpointKeys' | 'cryptography'>,
): Promise<boolean> {
  const note = parseCheckpoint(checkpoint);
  if (!note) return false;
  for (const key of await checkpointKeys()) if (await isSignedBy(note, key, cryptography)) return true;
  return false;
}

/** The number that a key claims: two entries of one number are two truths. */
function placeOf(key: string): string {
  const named = parseEvidenceKey(key);
  if (!named) return key;
  return named.kind === 'entry' ? `entry ${named.seq}` : `checkpoint ${named.size}`;
}
