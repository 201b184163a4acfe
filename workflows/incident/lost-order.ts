import { settleRun } from './activities.ts';
import { carryThrough, type HealResult } from './carry-through.ts';
import { enter, type IncidentMemory } from './memory.ts';

const now = () => new Date().toISOString();

/**
 * Hands a lost order out again, the very same one: an appliance that has begun it answers what became of it, once
 * nothing of it runs on the host any more; one that has not begins it now, unless it has expired.
 */
export async function resumeLostOrder(memory: IncidentMemory): Promise<HealResult> {
  const { lostOrder, story } = memory;
  const attempt = story.attempts.find(({ number }) => number === lostOrder?.attempt);
  if (!lostOrder || !attempt) throw new Error('unreachable: called where an attempt has lost its order');
  enter(memory, now(), 'healing');
  return carryThrough(memory, attempt, lostOrder.verdict, lostOrder.approvals);
}

/**
 * Brings a lost order to its end before another is signed. Resolves to its result where that makes another needless or
 * unsafe. A person's approval passes over one that no appliance has ever taken, and over one that did not heal.
 */
export async function settleLostOrder(
  memory: IncidentMemory,
  approvals: number,
): Promise<HealResult | undefined> {
  if (!memory.lostOrder) return undefined;
  if (approvals > 0 && !memory.lostOrder.mayHaveBegun) {
    await dropLostOrder(memory);
    return undefined;
  }
  const result = await resumeLostOrder(memory);
  const isForAnother = result.kind === 'run_again' || (result.kind === 'not_healed' && approvals > 0);
  return isForAnother ? undefined : result;
}

/** Gives up a lost order that is of no use any more: it is never handed out again. */
export async function dropLostOrder(memory: IncidentMemory): Promise<void> {
  const { lostOrder, story } = memory;
  if (!lostOrder) return;
  memory.lostOrder = undefined;
  const attempt = story.attempts.find(({ number }) => number === lostOrder.attempt);
  if (!attempt) return;
  attempt.endedAt = now();
  const result = lostOrder.mayHaveBegun ? 'interrupted' : 'refused';
  await settleRun({ orderId: attempt.orderId, site: story.site, result, at: attempt.endedAt });
}
