import type { Touches } from '../../contracts/catalog/runbook.ts';
import { excludeEachOther } from './interference.ts';

/** A run of an incident (by its workflow id) on a host, under way or waiting. */
export interface HostRun {
  incident: string;
  runbook: string;
}

/**
 * Incidents whose runs may begin beside those that are under way and beside each other, in the order they wait in.
 * Which of them do begin, the guard decides.
 */
export function nextOnHost(
  underWay: readonly HostRun[],
  waiting: readonly HostRun[],
  touchesOf: (runbook: string) => Touches | undefined,
): string[] {
  const running = [...underWay];
  const next: string[] = [];
  for (const run of waiting) {
    const known = underWay.some(({ incident }) => incident === run.incident);
    if (known || running.some(({ runbook }) => excludeEachOther(runbook, run.runbook, touchesOf))) continue;
    running.push(run);
    next.push(run.incident);
  }
  return next;
}
