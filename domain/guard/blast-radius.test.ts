import { blastRadius } from './blast-radius.ts';

test.each([
  [1, 10, 0, 1],
  [1, 10, 10, 1],
  [1, 10, 11, 2],
  [1, 10, 30, 3],
  [3, 10, 10, 3],
  [1, 0, 500, 1],
  [1, 100, 7, 7],
  [2, 12.5, 100, 13],
])('%i hosts or %d %% of %i hosts are %i at a time', (hosts, percent, hostCount, expected) => {
  expect(blastRadius({ hosts, percent }, hostCount)).toBe(expected);
});
