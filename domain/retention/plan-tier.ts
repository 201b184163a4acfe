import type { PlanTier } from '../../contracts/site-policy.ts';

/** Days that evidence is kept at least, counted from when the ledger took it. */
export const retentionDays: Record<PlanTier, number> = { essential: 30, professional: 90, enterprise: 730 };

const dayMs = 86_400_000;

/** Until when evidence recorded at `recordedAt` is kept under `tier`. ISO 8601, rounded up to whole seconds as stores keep it. */
export function retainUntil(tier: PlanTier, recordedAt: string): string {
  return wholeSecond(Date.parse(recordedAt) + retentionDays[tier] * dayMs);
}

/** The first whole second not before `timeMs`, as `2026-03-01T00:00:00.000Z`. */
export function wholeSecond(timeMs: number): string {
  return new Date(Math.ceil(timeMs / 1_000) * 1_000).toISOString();
}

/** The time `days` days after `time`, rounded up to whole seconds. */
export function daysAfter(time: string, days: number): string {
  return wholeSecond(Date.parse(time) + days * dayMs);
}
