import * as fc from 'fast-check';
import { selectTruechimers } from './select-truechimers.ts';
import type { TimeSource } from './time-source.ts';

function source(offsetMs: number, rootDistanceMs: number, server = `at ${offsetMs}`): TimeSource {
  return { server, offsetMs, rootDistanceMs, delayMs: 1, stratum: 2, leap: 0 };
}
const names = (sources: readonly TimeSource[]) => sources.map(({ server }) => server);

test('sources that overlap are right together, and their interval is what they have in common', () => {
  const selection = selectTruechimers([source(0, 10), source(5, 10), source(-4, 12)]);
  expect(selection).toMatchObject({ falsetickers: [], interval: { lowMs: -5, highMs: 8 } });
  expect(selection.truechimers).toHaveLength(3);
});

test('two of five that agree on another time are named', () => {
  const sources = [source(1, 5), source(3_000, 5), source(0, 5), source(3_001, 5), source(2, 5)];
  const selection = selectTruechimers(sources);
  expect(names(selection.falsetickers)).toEqual(['at 3000', 'at 3001']);
  expect(names(selection.truechimers)).toEqual(['at 1', 'at 0', 'at 2']);
});

test('where half and half disagree, nobody is believed and nobody is accused', () => {
  expect(selectTruechimers([source(0, 1), source(1, 1), source(50, 1), source(51, 1)])).toEqual({
    truechimers: [],
    falsetickers: [],
  });
  expect(selectTruechimers([source(0, 1), source(10, 1)])).toEqual({ truechimers: [], falsetickers: [] });
  expect(selectTruechimers([])).toEqual({ truechimers: [], falsetickers: [] });
});

test('a source with a wide interval around the truth is imprecise, not false', () => {
  const wide = source(90, 100, 'wide');
  const selection = selectTruechimers([source(0, 5), source(1, 5), source(-1, 5), wide]);
  expect(names(selection.falsetickers)).toEqual([]);
});

test('one source alone agrees with itself', () => {
  expect(selectTruechimers([source(7, 2)]).interval).toEqual({ lowMs: 5, highMs: 9 });
});

const anySource = fc
  .record({ offset: fc.integer({ min: -12, max: 12 }), distance: fc.integer({ min: 1, max: 8 }) })
  .map(({ offset, distance }) => source(offset, distance));
const anySources = fc.array(anySource, { maxLength: 7 });

/** Every subset of `count` of the sources. */
function subsets(sources: readonly TimeSource[], count: number): TimeSource[][] {
  if (count === 0) return [[]];
  return sources.flatMap((first, index) =>
    subsets(sources.slice(index + 1), count - 1).map((rest) => [first, ...rest]),
  );
}

/** The definition tried out on every subset: what all of some majority have in common, from the largest majority down. */
function byDefinition(sources: readonly TimeSource[]) {
  for (let wrong = 0; 2 * wrong < sources.length; wrong += 1) {
    const common = subsets(sources, sources.length - wrong)
      .map((some) => ({
        lowMs: Math.max(...some.map(({ offsetMs, rootDistanceMs }) => offsetMs - rootDistanceMs)),
        highMs: Math.min(...some.map(({ offsetMs, rootDistanceMs }) => offsetMs + rootDistanceMs)),
      }))
      .filter(({ lowMs, highMs }) => lowMs <= highMs);
    if (common.length === 0) continue;
    const lowMs = Math.min(...common.map((each) => each.lowMs));
    const highMs = Math.max(...common.map((each) => each.highMs));
    const outside = sources.filter(({ offsetMs }) => offsetMs < lowMs || offsetMs > highMs);
    if (outside.length <= wrong) return { lowMs, highMs };
  }
  return undefined;
}

test('the interval is that of the definition, tried on every subset', () => {
  fc.assert(
    fc.property(anySources, (sources) => {
      expect(selectTruechimers(sources).interval).toEqual(byDefinition(sources));
    }),
    { numRuns: 2_000 },
  );
});

test('the order in which servers answered changes nothing', () => {
  fc.assert(
    fc.property(anySources, (sources) => {
      const [one, other] = [selectTruechimers(sources), selectTruechimers(sources.toReversed())];
      expect(other.interval).toEqual(one.interval);
      expect(names(other.truechimers).sort()).toEqual(names(one.truechimers).sort());
    }),
  );
});

test('while most sources hold the truth, the interval holds it too, and they are the truechimers', () => {
  const anyTruth = fc.integer({ min: -1_000, max: 1_000 });
  const right = fc.array(
    fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 400 })),
    {
      minLength: 3,
      maxLength: 8,
    },
  );
  // Each liar asserts an interval of at most 50 ms that lies wherever it likes.
  const wrong = fc.array(fc.tuple(fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 1, max: 50 })), {
    maxLength: 2,
  });
  fc.assert(
    fc.property(anyTruth, right, wrong, (truth, rightOnes, wrongOnes) => {
      const truthful = rightOnes.map(([part, distance]) =>
        source(truth + part * distance, distance, 'right'),
      );
      const liars = wrongOnes.map(([offset, distance]) => source(offset, distance, 'wrong'));
      fc.pre(liars.length * 2 < truthful.length + liars.length);
      const { truechimers, interval } = selectTruechimers([...liars, ...truthful]);
      if (interval === undefined) return;
      // What most of all assert contains a point of the truthful ones in any case.
      expect(truechimers.some(({ server }) => server === 'right')).toBe(true);
      if (liars.length === 0) {
        expect(interval.lowMs).toBeLessThanOrEqual(truth + 1e-9);
        expect(interval.highMs).toBeGreaterThanOrEqual(truth - 1e-9);
        expect(truechimers).toHaveLength(truthful.length);
      }
    }),
  );
});
