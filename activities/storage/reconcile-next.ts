import {
  addDifferences,
  emptyTally,
  isAtOne,
  type LedgerDamage,
  type ReconciliationReport,
  type ReconciliationWalk,
  remainingDifferences,
} from '../../domain/retention/reconciliation.ts';
import type { SiteStorage } from '../../domain/retention/site-storage.ts';
import { parseCheckpoint } from '../../evidence/checkpoint.ts';
import { emptyHead, ledgerRoot, type LedgerEntry, type LedgerHead } from '../../evidence/ledger.ts';
import { verifyChain } from '../../evidence/verify-chain.ts';
import { comparePage, type ComparedPage } from './compare-page.ts';
import { isOurs, mendPage } from './mend-page.ts';
import type { StorageContext } from './ports.ts';
import type { ReconcileStep } from './storage-activities.ts';

/** See StorageActivities.reconcileNext. */
export async function reconcileNext(
  site: string,
  before: ReconciliationWalk | undefined,
  context: StorageContext,
): Promise<ReconcileStep> {
  const state = await context.records.state(site, context.store.name);
  if (!state) return { report: undefined };
  const walk = before ?? (await beginWalk(state, context));
  const page = await comparePage(walk, state, context);
  const read = afterReading(walk, page, context);
  const counted = walk.pass === 'look' ? afterLooking(read, page) : await mend(read, page, state, context);
  const moved = { ...counted, after: page.bound ?? '' };
  if (!page.isLast) return { walk: moved };
  if (walk.phase === 'checkpoints') return { walk: { ...moved, phase: 'entries' } };
  return endPass(moved, context);
}

async function beginWalk(state: SiteStorage, context: StorageContext): Promise<ReconciliationWalk> {
  const startedAt = context.now().toISOString();
  const newest = await context.records.keepNewestCheckpoint(state.site, startedAt);
  const { site, storedEntries, storedCheckpoint } = state;
  return {
    ...fromTheStart(site, context),
    site,
    startedAt,
    pass: 'look',
    size: newest?.size ?? state.ledger.size,
    ...(newest && { checkpoint: newest.checkpoint }),
    storedEntries,
    storedCheckpoint,
    tally: emptyTally,
  };
}

function fromTheStart(
  site: string,
  { cryptography }: StorageContext,
): Pick<ReconciliationWalk, 'phase' | 'after' | 'checkpointsTo' | 'head'> {
  return { phase: 'checkpoints', after: '', checkpointsTo: 0, head: emptyHead(site, cryptography.sha256) };
}

/** The walk with the entries of the part verified and behind it. */
function afterReading(
  walk: ReconciliationWalk,
  { entries, records, isLast }: ComparedPage,
  { cryptography: { sha256 } }: StorageContext,
): ReconciliationWalk {
  if (walk.phase === 'checkpoints') {
    const sizes = [...records.values()].map(
      ({ checkpoint = '' }) => parseCheckpoint(checkpoint)?.checkpoint.size ?? 0,
    );
    return { ...walk, checkpointsTo: Math.max(walk.checkpointsTo, ...sizes) };
  }
  if (walk.damage !== undefined) return { ...walk, head: pastDamage(walk.head, entries) };
  const verdict = verifyChain(walk.head, entries, sha256);
  if (!verdict.ok) return { ...walk, damage: verdict.code, head: pastDamage(walk.head, entries) };
  const isShort = isLast && verdict.head.size < walk.size;
  return { ...walk, head: verdict.head, ...(isShort && { damage: 'entry_missing' as const }) };
}

/** Where to read on although nothing after a damage can be verified: what the store still has of it is worth knowing. */
function pastDamage(head: LedgerHead, entries: readonly LedgerEntry[]): LedgerHead {
  const last = entries.at(-1);
  return last === undefined ? head : { ...head, size: last.seq + 1, headHash: last.entryHash };
}

function afterLooking(walk: ReconciliationWalk, page: ComparedPage): ReconciliationWalk {
  const { objects, over } = walk.tally;
  const tally = { ...walk.tally, objects: objects + page.objects, over: over + page.over.length };
  return { ...walk, tally: addDifferences(tally, page.differences) };
}

async function mend(
  walk: ReconciliationWalk,
  page: ComparedPage,
  state: SiteStorage,
  context: StorageContext,
): Promise<ReconciliationWalk> {
  // Verified in the first pass; should it have changed since, nothing of it is proof any more.
  if (walk.damage !== undefined) return walk;
  const { restored, removed, kept } = await mendPage(page, state, context);
  const tally = {
    ...walk.tally,
    restored: walk.tally.restored + restored,
    removed: walk.tally.removed + removed,
  };
  return { ...walk, tally: addDifferences(tally, kept) };
}

async function endPass(walk: ReconciliationWalk, context: StorageContext): Promise<ReconcileStep> {
  const damage = walk.damage ?? (await checkpointDamage(walk, context));
  const ended = { ...walk, ...(damage && { damage }) };
  const { counts, over } = walk.tally;
  const isMendable = damage === undefined && ((counts.missing ?? 0) > 0 || over > 0);
  if (walk.pass === 'look' && isMendable) {
    return { walk: { ...ended, pass: 'mend', ...fromTheStart(walk.site, context) } };
  }
  return { report: await conclude(ended, context) };
}

/** Whether the signed checkpoint is of exactly the chain that was read. */
async function checkpointDamage(
  { site, size, head, checkpoint }: ReconciliationWalk,
  context: StorageContext,
): Promise<LedgerDamage | undefined> {
  if (checkpoint === undefined) return size === 0 ? undefined : 'checkpoint_absent';
  const said = parseCheckpoint(checkpoint)?.checkpoint;
  const isOfChain =
    said?.site === site &&
    said.size === head.size &&
    said.root === ledgerRoot(head, context.cryptography.sha256);
  return isOfChain && (await isOurs(checkpoint, context)) ? undefined : 'checkpoint_wrong';
}

async function conclude(walk: ReconciliationWalk, context: StorageContext): Promise<ReconciliationReport> {
  const { records, store, now, log } = context;
  const { site, startedAt, size, damage, tally } = walk;
  const { objects, counts, differences, restored, removed } = tally;
  const report: ReconciliationReport = {
    site,
    store: store.name,
    startedAt,
    finishedAt: now().toISOString(),
    ledger: damage ? { verified: false, entries: size, code: damage } : { verified: true, entries: size },
    objects,
    counts,
    differences,
    restored,
    removed,
  };
  await records.keepReport(report);
  for (const difference of differences) log.error({ site, ...difference }, 'ledger and store differ');
  const facts = { site, objects, counts, restored, removed, ledger: report.ledger };
  if (isAtOne(report)) {
    await records.noteProblem(site, store.name, undefined);
    log.info(facts, 'ledger and store are at one');
  } else log.error({ ...facts, remaining: remainingDifferences(report) }, 'ledger and store are not at one');
  return report;
}
