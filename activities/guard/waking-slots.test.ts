import { aCatalog } from '../../test/builders/catalog.ts';
import { createWakingSlots } from './waking-slots.ts';

const at = '2026-11-27T10:00:00.000Z';

function aHost(waiting: { incident: string; runbook: string }[], wake?: () => Promise<void>) {
  const happened: string[] = [];
  const slots = createWakingSlots({
    catalog: () => aCatalog(),
    slots: {
      claim: () => Promise.reject(new Error('not expected')),
      settle: async (orderId, site, result) => {
        happened.push(`${orderId} at ${site} is ${result}`);
      },
      runsBeside: async () => ({ running: [], waiting }),
    },
    wake: async (incident) => {
      happened.push(`woke ${incident}`);
      await wake?.();
    },
  });
  return { slots, happened };
}

test('the end of a run wakes who may run next, after it is settled', async () => {
  const { slots, happened } = aHost([
    { incident: 'a', runbook: 'RB-LIN-SSH-001' },
    { incident: 'b', runbook: 'RB-LIN-SSH-001' },
  ]);
  await slots.settle('order-1', 'main-street', 'healed', at);
  expect(happened).toEqual(['order-1 at main-street is healed', 'woke a']);
});

test('a run is settled though nobody can be woken', async () => {
  const { slots, happened } = aHost([{ incident: 'a', runbook: 'x' }], () =>
    Promise.reject(new Error('no server')),
  );
  await slots.settle('order-1', 'main-street', 'healed', at);
  expect(happened).toHaveLength(2);
});
