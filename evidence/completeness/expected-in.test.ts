import { evidenceExpectation } from '../../contracts/evidence-intervals.ts';
import { expectationSchema } from '../archive/manifest.ts';
import { expectedIn } from './expected-in.ts';

const day = (number: number) => Date.UTC(2026, 0, number);
const iso = (number: number) => new Date(day(number)).toISOString();
const history = [
  evidenceExpectation(iso(2), 10),
  evidenceExpectation(iso(5), 60),
  evidenceExpectation(iso(9), 0),
];

it.each([
  ['before anything was due', 0, 2, undefined],
  ['from when it was due on', 1, 4, [2, 4, 600]],
  ['what holds at the end, where it changed meanwhile', 3, 8, [5, 8, 3_600]],
  ['within one time', 6, 7, [6, 7, 3_600]],
  ['when nothing is due any more', 6, 10, undefined],
  ['without a beginning', -Infinity, 4, [2, 4, 600]],
] as const)('%s', (_, from, to, wanted) => {
  const fromMs = from === -Infinity ? from : day(from);
  const found = expectedIn(history, { fromMs, toMs: day(to) });
  expect(found && [found.from, found.to, found.scanSeconds]).toEqual(
    wanted && [iso(wanted[0]), iso(wanted[1]), wanted[2]],
  );
});

it('never asks for more than an archive may say', () => {
  const expected = expectedIn([evidenceExpectation(iso(1), 1 / 60)], {
    fromMs: -Infinity,
    toMs: Date.UTC(2030, 0),
  });
  expect(expectationSchema.safeParse(expected).success).toBe(true);
});
