import { objectOfCheckpoint, objectOfEntry } from '../../domain/retention/evidence-object.ts';
import type { EvidenceObject } from '../../domain/retention/evidence-object.ts';
import { lockFor, lockForCheckpoint, type SiteStorage } from '../../domain/retention/site-storage.ts';
import { entryHash, genesisHash, type LedgerEntry } from '../../evidence/ledger.ts';
import { inGroups } from './in-groups.ts';
import type { KeptCheckpoint, StorageContext } from './ports.ts';
import { readEntries } from './read-entries.ts';
import { storeFailure, unlessFailing } from './store-failure.ts';

/** Entries read and put in one call. */
const pageSize = 128;

/** See StorageActivities.storeNext. */
export async function storeNext(
  site: string,
  context: StorageContext,
): Promise<{ stored: number; hasMore: boolean }> {
  const { records, store } = context;
  const state = await records.state(site, store.name);
  if (!state) return { stored: 0, hasMore: false };
  const { storedEntries: from, ledger } = state;
  const wanted = Math.min(pageSize, ledger.size - from);
  const entries = await readEntries(context, site, from, wanted);
  const whole = await wholePart(state, entries, context);
  await inGroups(
    whole,
    (entry) => putEntry(state, entry, context),
    (count) => records.advance(state, store.name, { entries: from + count, at: nowOf(context) }),
  );
  if (whole.length < wanted) {
    await noteDamage(state, from + whole.length, context);
    return { stored: whole.length, hasMore: false };
  }
  const hasMore = from + whole.length < ledger.size;
  if (!hasMore) await putCheckpoints(state, from + whole.length, context);
  return { stored: whole.length, hasMore };
}

/** The entries up to the first that does not continue the ledger: what its own hash belies is not evidence. */
async function wholePart(
  { site, storedEntries }: SiteStorage,
  entries: readonly LedgerEntry[],
  context: StorageContext,
): Promise<LedgerEntry[]> {
  const { sha256 } = context.cryptography;
  const before = storedEntries === 0 ? [] : await readEntries(context, site, storedEntries - 1, 1);
  let previousHash = storedEntries === 0 ? genesisHash(site, sha256) : before[0]?.entryHash;
  const broken = entries.findIndex((entry, index) => {
    const follows = entry.seq === storedEntries + index && entry.previousHash === previousHash;
    previousHash = entry.entryHash;
    return !follows || entryHash(entry, sha256) !== entry.entryHash;
  });
  return entries.slice(0, broken === -1 ? entries.length : broken);
}

async function putEntry(state: SiteStorage, entry: LedgerEntry, context: StorageContext): Promise<void> {
  const checkpointed = entry.seq < state.ledger.checkpointSize;
  const retainUntil = lockFor({ recordedAt: entry.recordedAt, checkpointed }, state, nowOf(context));
  if (retainUntil === undefined) return;
  await putObject(state, objectOfEntry(state.site, entry, context.cryptography.sha256), retainUntil, context);
}

async function putCheckpoints(state: SiteStorage, storedEntries: number, context: StorageContext) {
  const { records, store, cryptography } = context;
  if (state.ledger.checkpointSize > state.storedCheckpoint)
    await records.keepNewestCheckpoint(state.site, nowOf(context));
  // Another store may have had checkpoints that this one lacks.
  let after = state.storedCheckpoint;
  for (;;) {
    const page: KeptCheckpoint[] = await records.checkpoints(state.site, after, pageSize);
    const covered = page.filter(({ size }) => size <= storedEntries);
    await inGroups(
      covered,
      ({ size, checkpoint, recordedAt }) =>
        putObject(
          state,
          objectOfCheckpoint(state.site, size, checkpoint, cryptography.sha256),
          lockForCheckpoint(recordedAt, state, nowOf(context)),
          context,
        ),
      (count) => {
        after = covered[count - 1]?.size ?? after;
        return records.advance(state, store.name, { checkpointSize: after, at: nowOf(context) });
      },
    );
    if (covered.length < pageSize) return;
  }
}

/**
 * Puts an object and its hold. Other content under its key is for a person to judge: it is noted, and what comes after is put all
 * the same.
 */
export async function putObject(
  state: SiteStorage,
  { key, bytes, sha256 }: EvidenceObject,
  retainUntil: string,
  { objects, custodian, records, store, log, now }: StorageContext,
): Promise<boolean> {
  try {
    await objects.put(key, bytes, { sha256, retainUntil });
  } catch (error) {
    const failure = storeFailure(error);
    if (failure?.code !== 'conflict' && failure?.code !== 'damaged') throw error;
    const at = now().toISOString();
    await records.advance(state, store.name, { at });
    await records.noteProblem(state.site, store.name, { code: failure.code, message: failure.message, at });
    log.error({ site: state.site, key, nextStep: failure.nextStep }, failure.message);
    return false;
  }
  if (custodian && state.hold?.isOn === true)
    await unlessFailing(['not_found'], custodian.setLegalHold(key, true));
  return true;
}

async function noteDamage(state: SiteStorage, seq: number, { records, store, log, now }: StorageContext) {
  const at = now().toISOString();
  const message = `Entry ${seq} of the ledger is missing or is not what its hash says; nothing from there on is stored.`;
  await records.advance(state, store.name, { at });
  await records.noteProblem(state.site, store.name, { code: 'ledger_damaged', message, at });
  log.error({ site: state.site, seq }, message);
}

function nowOf({ now }: StorageContext): string {
  return now().toISOString();
}
