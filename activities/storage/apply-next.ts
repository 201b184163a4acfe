import { decideRetention } from '../../domain/retention/decide-retention.ts';
import { checkpointObjectKey, entryObjectKey } from '../../domain/retention/object-keys.ts';
import type { KeptRecord, SiteRetention, SiteStorage } from '../../domain/retention/site-storage.ts';
import { inGroups } from './in-groups.ts';
import type { StorageContext } from './ports.ts';
import type { ApplyWalk } from './storage-activities.ts';
import { unlessFailing } from './store-failure.ts';

/** Objects looked at in one call. */
const pageSize = 256;

/** See StorageActivities.applyNext. */
export async function applyNext(
  site: string,
  before: ApplyWalk | undefined,
  context: StorageContext,
): Promise<{ walk?: ApplyWalk }> {
  const { records, store, now } = context;
  const state = await records.state(site, store.name);
  if (!state) return {};
  const walk = before ?? walkOf(state);
  // What the walk began with counts to its end: a change in between asks for another walk.
  const asBegun = { site, plan: walk.plan, ...(walk.hold && { hold: walk.hold }) };
  const checkpoints = (await records.checkpoints(site, walk.checkpointsTo, pageSize)).filter(
    ({ size }) => size <= state.storedCheckpoint,
  );
  if (checkpoints.length > 0) {
    await inGroups(checkpoints, ({ size, recordedAt }) =>
      align(checkpointObjectKey(site, size), { recordedAt, checkpointed: false }, asBegun, context),
    );
    return { walk: { ...walk, checkpointsTo: checkpoints.at(-1)?.size ?? walk.checkpointsTo } };
  }
  const entries = (await context.ledger.read(site, walk.entriesTo, pageSize)).filter(
    ({ seq }) => seq < state.storedEntries,
  );
  await inGroups(entries, ({ seq, entryHash, recordedAt }) => {
    const checkpointed = seq < state.ledger.checkpointSize;
    return align(entryObjectKey(site, seq, entryHash), { recordedAt, checkpointed }, asBegun, context);
  });
  const entriesTo = walk.entriesTo + entries.length;
  if (entries.length > 0 && entriesTo < state.storedEntries) return { walk: { ...walk, entriesTo } };
  await records.markApplied(asBegun, store.name, now().toISOString());
  return {};
}

function walkOf({ plan, hold }: SiteStorage): ApplyWalk {
  return { plan, ...(hold && { hold }), checkpointsTo: 0, entriesTo: 0 };
}

/** Prolongs one object's lock and sets or lifts its hold, where it needs that. One that is not there is for the reconciliation. */
async function align(
  key: string,
  record: KeptRecord,
  { plan, hold }: SiteRetention,
  { objects, custodian, now }: StorageContext,
): Promise<void> {
  const found = await unlessFailing(['not_found'], objects.head(key));
  if (!found) return;
  const isHeld = hold?.isOn === true;
  const decision = decideRetention(
    { ...record, tier: plan, hold: isHeld, lockedUntil: found.retainUntil },
    now().toISOString(),
  );
  if (decision.kind === 'extend_lock')
    // Content that was replaced has no retention to prolong, and is named by the reconciliation.
    await unlessFailing(['damaged', 'not_found'], objects.extendRetention(key, decision.until));
  if (custodian && found.legalHold !== isHeld)
    await unlessFailing(['not_found'], custodian.setLegalHold(key, isHeld));
}
