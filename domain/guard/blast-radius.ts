import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';
import type { GuardFacts } from './guard-facts.ts';

const shortestWaitMs = 2_000;
const longestWaitMs = 15_000;

/** Hosts that one runbook may heal at a time: the larger of a number and a share of the site's hosts, rounded up. */
export function blastRadius({ hosts, percent }: SitePolicy['blastRadius'], hostCount: number): number {
  return Math.max(hosts, Math.ceil((hostCount * percent) / 100));
}

/**
 * How long a run must wait for others of its runbook; undefined where it need not. A runbook never runs twice at a time
 * on one host, whatever the radius.
 */
export function blastRadiusWait({
  policy,
  runbook,
  orderId,
  host,
  facts,
  nowMs,
}: {
  policy: SitePolicy;
  runbook: RunbookDefinition;
  orderId: string;
  host: string;
  facts: GuardFacts;
  nowMs: number;
}): { kind: 'wait'; retryAtMs: number; reason: string } | undefined {
  const others = facts.claims.filter((claim) => claim.runbook === runbook.id && claim.orderId !== orderId);
  const busyHosts = new Set(others.map((claim) => claim.host));
  const limit = blastRadius(policy.blastRadius, facts.hostCount);
  const reason = busyHosts.has(host)
    ? `runbook ${runbook.id} already runs on ${host}`
    : busyHosts.size >= limit
      ? `runbook ${runbook.id} may run on ${limit} of the site's ${facts.hostCount} hosts at a time, and does`
      : undefined;
  if (reason === undefined) return undefined;
  // The others end on their own; half a script's limit is often enough and never a storm of questions.
  const waitMs = Math.min(longestWaitMs, Math.max(shortestWaitMs, runbook.timeoutMs / 2));
  return { kind: 'wait', retryAtMs: nowMs + Math.ceil(waitMs), reason };
}
