import type { ApiStorage } from '../../../contracts/api/evidence-summary.ts';
import { retentionDays } from '../../../domain/retention/plan-tier.ts';
import { isAtOne, type ReconciliationReport } from '../../../domain/retention/reconciliation.ts';
import type { StorageStanding } from '../../../persistence/object-records.ts';

/** How much of a ledger is stored as objects, how strongly, and what keeps the rest from it. */
export function describeStorage(standing: StorageStanding): ApiStorage {
  const { state, store, problem, waitingSince, hold, latest } = standing;
  const entries = state.ledger.size - state.storedEntries;
  return {
    kind: store.kind,
    ...(store.level && { level: store.level }),
    retention: { plan: state.plan, days: retentionDays[state.plan] },
    storedEntries: state.storedEntries,
    ...(entries > 0 && { waiting: { entries, ...(waitingSince !== undefined && { since: waitingSince }) } }),
    ...(store.failure && { failure: { ...store.failure } }),
    ...(problem && { problem: { ...problem } }),
    ...(hold && { hold: { ...hold } }),
    holds: store.canHold ? 'lock_and_hold' : 'lock',
    ...(latest && { reconciliation: describeReport(latest) }),
  };
}

function describeReport(report: ReconciliationReport): NonNullable<ApiStorage['reconciliation']> {
  const { finishedAt: at, ledger, objects, counts, restored, removed } = report;
  return {
    at,
    ledgerVerified: ledger.verified,
    objects,
    differences: Object.fromEntries(Object.entries(counts)),
    restored,
    removed,
    atOne: isAtOne(report),
  };
}
