import type { RunbookDefinition, Touches } from '../../contracts/catalog/runbook.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import type { GuardFacts } from './guard-facts.ts';
import { excludeEachOther } from './interference.ts';

const shortestWaitMs = 2_000;
const longestWaitMs = 15_000;

/** A run that may not start yet. */
export interface GuardWait {
  kind: 'wait';
  retryAtMs: number;
  reason: string;
  /** It waits for another run on its host, whose end wakes it. */
  forHost?: true;
}

/** Hosts that one runbook may heal at a time: the larger of a number and a share of the site's hosts, rounded up. */
export function blastRadius({ hosts, percent }: SitePolicy['blastRadius'], hostCount: number): number {
  return Math.max(hosts, Math.ceil((hostCount * percent) / 100));
}

/** How long a run that waits for its host waits before it asks again by itself; most are woken sooner. */
const hostBusyMs = 5_000;

/**
 * How long a run must wait for others; undefined where it need not. On one host a runbook never runs twice at a time, nor
 * beside one that may change the same things: either could then take back what the other did.
 */
export function blastRadiusWait({
  policy,
  runbook,
  orderId,
  host,
  facts,
  touchesOf,
  nowMs,
}: {
  policy: SitePolicy;
  runbook: RunbookDefinition;
  orderId: string;
  host: string;
  facts: GuardFacts;
  touchesOf: (runbook: string) => Touches | undefined;
  nowMs: number;
}): GuardWait | undefined {
  const others = facts.claims.filter((claim) => claim.runbook === runbook.id && claim.orderId !== orderId);
  const busyHosts = new Set(others.map((claim) => claim.host));
  const limit = blastRadius(policy.blastRadius, facts.hostCount);
  const onHost = facts.claims.find(
    (claim) =>
      claim.host === host &&
      claim.orderId !== orderId &&
      excludeEachOther(claim.runbook, runbook.id, (id) =>
        id === runbook.id ? runbook.touches : touchesOf(id),
      ),
  );
  if (onHost) {
    const what =
      onHost.runbook === runbook.id
        ? `runbook ${runbook.id} already runs`
        : `runbook ${onHost.runbook}, which may change the same things, runs`;
    return { kind: 'wait', retryAtMs: nowMs + hostBusyMs, reason: `${what} on ${host}`, forHost: true };
  }
  if (busyHosts.size < limit) return undefined;
  const reason = `runbook ${runbook.id} may run on ${limit} of the site's ${facts.hostCount} hosts at a time, and does`;
  // The others end on their own; half a script's limit is often enough and never a storm of questions.
  const waitMs = Math.min(longestWaitMs, Math.max(shortestWaitMs, runbook.timeoutMs / 2));
  return { kind: 'wait', retryAtMs: nowMs + Math.ceil(waitMs), reason };
}
