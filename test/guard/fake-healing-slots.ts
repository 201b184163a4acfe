import type { RunResult } from '../../contracts/central-activities.ts';
import type { HealingSlots, SlotRequest } from '../../activities/guard/ports.ts';

interface SettledRun {
  orderId: string;
  site: string;
  host: string;
  runbook: string;
  result: RunResult;
  at: string;
}

/** Healing slots in memory, for one process. Keeps the contract of the port but for the lease, which it only stores. */
export function createFakeHealingSlots(hostCount = 10) {
  const claims = new Map<string, SlotRequest>();
  const settled: SettledRun[] = [];
  const slots: HealingSlots = {
    async claim(request, decide) {
      const ofSite = [...claims.values()].filter(({ site }) => site === request.site);
      const decision = decide({
        claims: ofSite.map(({ host, orderId, runbook }) => ({ host, orderId, runbook })),
        recentRuns: settled.filter(({ site }) => site === request.site),
        hostCount,
        alreadyClaimed: claims.has(request.orderId),
      });
      if (decision.granted && !claims.has(request.orderId)) claims.set(request.orderId, request);
      return decision;
    },
    async settle(orderId, site, result, at) {
      const claim = claims.get(orderId);
      if (claim?.site !== site) return;
      claims.delete(orderId);
      settled.push({ orderId, site, host: claim.host, runbook: claim.runbook, result, at });
    },
  };
  return { slots, claims, settled };
}
