import type { EvidenceExpectation } from '../../contracts/evidence-intervals.ts';
import { type Expectation } from './heartbeat-gaps.ts';

/** Scans that can be due in the time of an archive: four years of one a minute. A crafted manifest keeps no verifier busy. */
export const maxDue = 2_200_000;

/**
 * What was due in a time, of what holds at its end: where it changed meanwhile, the time before is left out. Undefined where nothing
 * was due by schedule.
 *
 * @param history oldest first; each holds until the next
 * @param period `from` and `to` in milliseconds since epoch; `from` may be -Infinity
 */
export function expectedIn(
  history: readonly EvidenceExpectation[],
  period: { readonly fromMs: number; readonly toMs: number },
): Expectation | undefined {
  const last = history.findLast(({ from }) => Date.parse(from) < period.toMs);
  if (!last || last.scanSeconds === 0) return undefined;
  const { from, ...rates } = last;
  const longest = period.toMs - rates.scanSeconds * maxDue * 1_000;
  const fromMs = Math.max(period.fromMs, Date.parse(from), longest);
  if (fromMs >= period.toMs) return undefined;
  return { ...rates, from: new Date(fromMs).toISOString(), to: new Date(period.toMs).toISOString() };
}
