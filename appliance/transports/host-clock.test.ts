import { clockSkewMs } from './host-clock.ts';

test('is the difference to the middle between sending and hearing', () => {
  expect(clockSkewMs('1700000600100', 1_700_000_000_000, 1_700_000_000_200)).toBe(600_000);
  expect(clockSkewMs('1699999400100', 1_700_000_000_000, 1_700_000_000_200)).toBe(-600_000);
});

test('a date(1) without fractions is taken as the middle of its second', () => {
  expect(clockSkewMs('1700000000', 1_700_000_000_500, 1_700_000_000_500)).toBe(0);
  expect(clockSkewMs('1700000000%3N', 1_700_000_000_500, 1_700_000_000_500)).toBe(0);
});

test.each(['', 'date: not found', '170000000012', '17000000001234567', '-1700000000123'])(
  'is unknown where the host answers %j',
  (answer) => {
    expect(clockSkewMs(answer, 0, 0)).toBeUndefined();
  },
);
