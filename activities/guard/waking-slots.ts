import { nextOnHost } from '../../domain/guard/next-on-host.ts';
import type { HealingSlots, WakingDependencies } from './ports.ts';

/**
 * The slots, of which settling one wakes the incidents whose runs may now begin on its host, so that none of them has to
 * ask again and again. Who is not woken, because that failed, asks by itself after a while; the run is settled all the same.
 */
export function createWakingSlots({ catalog, slots, wake }: WakingDependencies): HealingSlots {
  return {
    ...slots,
    settle: async (orderId, site, result, at) => {
      await slots.settle(orderId, site, result, at);
      const { running, waiting } = await slots.runsBeside(orderId, site);
      if (waiting.length === 0) return;
      const { runbooks } = catalog();
      const next = nextOnHost(running, waiting, (id) => runbooks.get(id)?.definition.touches);
      await Promise.allSettled(next.map((incident) => wake(incident)));
    },
  };
}
