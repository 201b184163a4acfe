import type { SitePolicy } from '../../contracts/site-policy.ts';
import type { GuardFacts } from './guard-facts.ts';

/**
 * Hosts a runbook failed on within the circuit breaker's window, each once. A run whose end is unknown counts as
 * failed; one that was refused or dry did not run at all.
 */
export function hostsFailedLately(
  recentRuns: GuardFacts['recentRuns'],
  runbook: string,
  { windowMs }: SitePolicy['circuitBreaker'],
  nowMs: number,
): string[] {
  const hosts = recentRuns
    .filter((run) => run.runbook === runbook && Date.parse(run.at) > nowMs - windowMs)
    .filter(({ result }) => result === 'not_healed' || result === 'interrupted')
    .map(({ host }) => host);
  return [...new Set(hosts)].toSorted();
}
