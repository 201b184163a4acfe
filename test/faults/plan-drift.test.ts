import { planDrift } from './plan-drift.ts';

const plan = (seed: number, host: string, name: string, count = 50) =>
  Array.from({ length: count }, (_, index) => planDrift(seed, host, name, index + 1));

test('the same seed plans the same drifts for a switch, and others for another', () => {
  expect(plan(7, 'host-1', 'once')).toEqual(plan(7, 'host-1', 'once'));
  expect(plan(7, 'host-1', 'once')).not.toEqual(plan(8, 'host-1', 'once'));
  expect(plan(7, 'host-1', 'once')).not.toEqual(plan(7, 'host-2', 'once'));
  expect(plan(7, 'host-1', 'once')).not.toEqual(plan(7, 'host-1', 'steady'));
});

test('a remediation lasts long enough to be met by a kill, and some drifts are stubborn', () => {
  const drifts = plan(7, 'host-1', 'once', 400);
  expect(Math.min(...drifts.map(({ holdMs }) => holdMs))).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...drifts.map(({ holdMs }) => holdMs))).toBeLessThanOrEqual(3_000);
  for (const kind of ['isStubborn', 'isFoundByHostScan'] as const) {
    const share = drifts.filter((drift) => drift[kind]).length / drifts.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.3);
  }
});
