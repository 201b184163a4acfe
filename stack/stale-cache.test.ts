import { staleEntries } from './stale-cache.ts';

const day = 24 * 3_600_000;
const now = 100 * day;
const [ours, other] = ['0123456789ab', 'ba9876543210'];
const stale = (name: string, daysAgo: number) =>
  staleEntries(`lab-base-${ours}`, [{ name, usedAtMs: now - daysAgo * day }], now).length > 0;

test('what another recipe built goes when nobody has used it for a fortnight', () => {
  expect(stale(`lab-base-${other}`, 15)).toBe(true);
  expect(stale(`lab-base-${other}`, 13)).toBe(false);
});

test('what a killed build left goes after a day', () => {
  expect(stale(`lab-base-${other}.building-a1B2c3`, 2)).toBe(true);
  expect(stale(`lab-base-${other}.building-a1B2c3`, 0.5)).toBe(false);
});

test('itself, locks and other things stay', () => {
  for (const name of [
    `lab-base-${ours}`,
    `lab-base-${other}.lock`,
    `lab-debian-${other}`,
    `lab-base`,
    'temporal-v1',
  ])
    expect(stale(name, 99)).toBe(false);
  expect(staleEntries('temporal-v1.5.1', [{ name: 'temporal-v1.5.0', usedAtMs: 0 }], now)).toEqual([]);
});
