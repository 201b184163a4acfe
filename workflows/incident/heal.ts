import { condition, patched, uuid4 } from '@temporalio/workflow';
import type { GuardVerdict } from '../../contracts/central-activities.ts';
import type { Proposal } from '../../contracts/plan.ts';
import type { Attempt } from '../../contracts/story.ts';
import { passGuard, projectIncident } from './activities.ts';
import { carryThrough, type Granted, type HealResult } from './carry-through.ts';
import { settleLostOrder } from './lost-order.ts';
import { enter, tell, type IncidentMemory } from './memory.ts';
import { syncSearchAttributes } from './search-attributes.ts';

/** A wait is shown once a reason since this patch, not each time the guard is asked. */
const wokenWaits = '2026-11-27-woken-waits';

const now = () => new Date().toISOString();

/**
 * The diagram's way from guard to verify for one proposal: guard, signed order, remediation at most once, verification,
 * and roll-back where the check does not pass. An order that was lost on the way is brought to its end first.
 * @param approvals people who approved exactly this proposal
 */
export async function heal(
  memory: IncidentMemory,
  proposal: Proposal,
  approvals: number,
): Promise<HealResult> {
  const earlier = await settleLostOrder(memory, approvals);
  if (earlier) return earlier;
  const orderId = uuid4();
  const verdict = await waitForGuard(memory, proposal, approvals, orderId);
  if (verdict === 'cleared') return { kind: 'cleared' };
  if (verdict.kind === 'refused') {
    tell(memory, now(), 'guard_refused', `The guard refused ${proposal.runbook}: ${verdict.reason}`);
    return { kind: 'not_healed', reason: verdict.reason };
  }
  const attempt = beginAttempt(memory, proposal, orderId, verdict);
  return carryThrough(memory, attempt, verdict, approvals);
}

/** `heal`, anew for as long as that is safe and of use. */
export async function healAgainWhereSafe(
  memory: IncidentMemory,
  proposal: Proposal,
  approvals: number,
  first: Promise<HealResult> = heal(memory, proposal, approvals),
): Promise<HealResult> {
  let result = await first;
  while (result.kind === 'run_again') {
    tell(memory, now(), 'not_verified', `${result.reason}; the runbook may be run again`);
    result = await heal(memory, proposal, approvals);
  }
  return result;
}

async function waitForGuard(
  memory: IncidentMemory,
  proposal: Proposal,
  approvals: number,
  orderId: string,
): Promise<Exclude<GuardVerdict, { kind: 'wait' }> | 'cleared'> {
  const { site, host, check } = memory.story;
  let told: string | undefined;
  for (;;) {
    const at = now();
    memory.guardFreed = false;
    const verdict = await passGuard({
      orderId,
      key: { site, host, check },
      proposal,
      approvals,
      status: memory.story.latest.status,
      at,
    });
    delete memory.story.waitsFor;
    if (verdict.kind !== 'wait') return verdict;
    if (verdict.forHost) memory.story.waitsFor = proposal.runbook;
    const isTold = told === verdict.reason;
    if (!isTold) tell(memory, now(), 'guard_waits', verdict.reason);
    told = verdict.reason;
    enter(memory, now(), 'waiting_for_guard');
    syncSearchAttributes(memory);
    if (!isTold || !patched(wokenWaits)) await projectIncident({ story: memory.story });
    const waitMs = Math.max(250, Date.parse(verdict.retryAt) - Date.now());
    await condition(() => memory.cleared !== undefined || memory.guardFreed === true, waitMs);
    if (memory.cleared) {
      delete memory.story.waitsFor;
      return 'cleared';
    }
  }
}

function beginAttempt(
  memory: IncidentMemory,
  proposal: Proposal,
  orderId: string,
  verdict: Granted,
): Attempt {
  const at = now();
  const attempt: Attempt = {
    number: memory.story.attempts.length + 1,
    orderId,
    proposal,
    runbookDigest: verdict.runbookDigest,
    risk: verdict.risk,
    startedAt: at,
  };
  memory.story.attempts.push(attempt);
  memory.story.tier = proposal.tier;
  enter(memory, at, 'healing');
  const what = verdict.dryRun ? 'Dry-run order' : 'Order';
  tell(memory, at, 'ordered', `${what} ${orderId} for ${proposal.runbook} signed (${proposal.by})`);
  for (const note of verdict.notes ?? []) tell(memory, at, 'ordered', note);
  return attempt;
}
