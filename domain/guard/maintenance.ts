import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import { isTimeZone } from '../time-window/local-time.ts';
import { nextClosing, nextOpening } from '../time-window/time-window.ts';

/** How long to wait before looking at a policy again that cannot be used as it is. */
const unusablePolicyWaitMs = 3_600_000;

/** Whether a runbook may start now as far as the site's maintenance windows say, and until when. */
export type Maintenance =
  { kind: 'open'; closesAtMs?: number } | { kind: 'shut'; retryAtMs: number; reason: string };

/** Judges by the site's maintenance windows (A5). Only runbooks that disrupt wait; no windows means any time. */
export function maintenance(
  policy: Pick<SitePolicy, 'maintenanceWindows' | 'timeZone'>,
  runbook: Pick<RunbookDefinition, 'id' | 'disruption'>,
  nowMs: number,
): Maintenance {
  const { maintenanceWindows: windows, timeZone } = policy;
  if (runbook.disruption === 'none' || windows.length === 0) return { kind: 'open' };
  if (!isTimeZone(timeZone)) {
    const reason = `the site's time zone ${timeZone} is not known, so its maintenance window is not either; correct it in the site's policy`;
    return { kind: 'shut', retryAtMs: nowMs + unusablePolicyWaitMs, reason };
  }
  const opensAtMs = nextOpening(windows, nowMs, timeZone) ?? nowMs + unusablePolicyWaitMs;
  if (opensAtMs > nowMs) {
    const opensAt = new Date(opensAtMs).toISOString();
    const reason = `runbook ${runbook.id} disrupts (${runbook.disruption}) and waits for the maintenance window, which opens at ${opensAt}`;
    return { kind: 'shut', retryAtMs: opensAtMs, reason };
  }
  const closesAtMs = nextClosing(windows, nowMs, timeZone);
  return { kind: 'open', ...(closesAtMs === undefined ? {} : { closesAtMs }) };
}
