import fc from 'fast-check';
import { moments, parts, planKills } from './plan-kills.ts';

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

test('the same seed plans the same kills, another seed others', () => {
  expect(planKills(7, 100)).toEqual(planKills(7, 100));
  expect(planKills(7, 100)).not.toEqual(planKills(8, 100));
});

test('every part and every moment has its equal share, whatever the seed', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 30 }), (seed, rounds) => {
      const kills = planKills(seed, rounds * 5);
      for (const part of parts) expect(kills.filter((kill) => kill.part === part)).toHaveLength(rounds);
      for (const moment of moments)
        expect(kills.filter((kill) => kill.moment === moment)).toHaveLength(rounds);
    }),
  );
});

test('as many kills are planned as were asked for, numbered from 1, within their times', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 130 }), (seed, count) => {
      const kills = planKills(seed, count);
      expect(kills.map(({ number }) => number)).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      );
      for (const { pauseMs, delayMs } of kills) {
        expect(pauseMs).toBeGreaterThanOrEqual(0);
        expect(pauseMs).toBeLessThanOrEqual(5_000);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(4_000);
      }
    }),
  );
});
