import { measurementLine, readMeasurement } from './measurement-line.ts';
import * as fc from 'fast-check';
import { sntpServers } from './sntp-servers.ts';
import { sourceOf } from './time-source.ts';
import { told } from '../facts/testing/told.ts';

const judge = (...given: Parameters<typeof sntpServers>) => told(sntpServers(...given));

const server = (
  name: string,
  offsetMs: number,
  over: { stratum?: number; leap?: number; distance?: number } = {},
) =>
  measurementLine({
    server: name,
    stratum: over.stratum ?? 2,
    leap: over.leap ?? 0,
    offsetMs,
    delayMs: 10,
    rootDistanceMs: over.distance ?? 20,
  });
const five = (offsetMs: number) =>
  ['a', 'b', 'c', 'd', 'e'].map((name, index) => server(name, offsetMs + index));

test('five servers that agree are the clock: median, spread, highest stratum', () => {
  const measurements = [...five(-100).slice(0, 4), server('e', -96, { stratum: 5 })];
  expect(judge({ measurements, silent: ['f: no answer'] }, {})).toEqual({
    verdict: 'pass',
    verdict_reason: 'The clock is 98 ms away from true time.',
    servers_asked: 6,
    servers_answered: 5,
    servers_agreeing: 5,
    truechimers: ['a', 'b', 'c', 'd', 'e'],
    falsetickers: [],
    far: [],
    clock_offset_ms: 98,
    clock_offset_abs_ms: 98,
    error_bound_ms: 18,
    spread_ms: 4,
    max_stratum: 5,
    leap: 'none',
  });
});

test.each([
  [5_000 - 2, 'pass'],
  [-5_000 - 2.1, 'warning'],
  [60_000 - 2, 'warning'],
  [60_000, 'fail'],
  [-86_400_000, 'fail'],
])('an offset of %d ms of the servers is a %s', (offset, verdict) => {
  expect(judge({ measurements: five(offset) }, {})).toMatchObject({ verdict });
});

test('the site may set other limits', () => {
  const facts = { measurements: five(-100) };
  expect(judge(facts, { warn_ms: 50 })).toMatchObject({ verdict: 'warning' });
  expect(judge(facts, { warn_ms: 50, fail_ms: 90 })).toMatchObject({ verdict: 'fail' });
  expect(judge(facts, { min_agreeing: 6 })).toMatchObject({ verdict: 'unknown' });
});

test('servers that tell a wrong time are named, and the clock is judged by the others', () => {
  const measurements = [...five(0).slice(0, 3), server('liar', 90_000), server('fool', -90_000)];
  expect(judge({ measurements }, {})).toMatchObject({
    verdict: 'warning',
    verdict_reason: 'The clock is -1 ms away from true time; these servers tell a wrong time: liar, fool.',
    falsetickers: ['liar', 'fool'],
    clock_offset_ms: -1,
  });
});

test('too few agreeing servers are unknown, and no offset is told', () => {
  for (const measurements of [
    [],
    five(0).slice(0, 2),
    [server('a', 0), server('b', 9_000), server('c', -9_000)],
  ]) {
    const facts = judge({ measurements, silent: [] }, {});
    expect(facts).toMatchObject({ verdict: 'unknown', servers_answered: measurements.length });
    expect(facts).not.toHaveProperty('clock_offset_ms');
  }
});

test('a server far from its reference clock does not take part', () => {
  const measurements = [...five(0), server('moon', 1_400, { distance: 1_600 })];
  expect(judge({ measurements }, {})).toMatchObject({
    far: ['moon'],
    servers_agreeing: 5,
    verdict: 'pass',
  });
});

test('a leap second is announced by most of the agreeing servers, not by one', () => {
  const announcing = (count: number) =>
    ['a', 'b', 'c', 'd', 'e'].map((name, index) => server(name, 0, { leap: index < count ? 1 : 0 }));
  expect(judge({ measurements: announcing(2) }, {})).toMatchObject({ leap: 'none' });
  expect(judge({ measurements: announcing(3) }, {})).toMatchObject({ leap: 'insert' });
});

test("a host's own offset is its clock against ours and ours against the truth", () => {
  const facts = { measurements: five(-7_002), clock_skew_ms: -7_000 };
  expect(judge(facts, {})).toMatchObject({
    clock_offset_ms: 7_000,
    host_offset_ms: 0,
    verdict: 'warning',
  });
});

test.each([
  [{}, /no measurements/],
  [{ measurements: 'a 1 0 1 1 1' }, /no measurements/],
  [{ measurements: [...five(0), 'x 2 0 NaN 1 1'] }, /not a measurement: x/],
  [{ measurements: ['x 16 0 1 1 1'] }, /not a measurement/],
])('what cannot be read gives no verdict: %j', (facts, error) => {
  expect(judge(facts, {})).toEqual({ analysis_error: expect.stringMatching(error) as string });
});

test('a measurement comes back from its line to the microsecond', () => {
  const ms = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true });
  const field = { stratum: fc.integer({ min: 1, max: 15 }), leap: fc.integer({ min: 0, max: 2 }) };
  fc.assert(
    fc.property(
      fc.record({ ...field, offsetMs: ms, delayMs: positive, rootDistanceMs: positive }),
      (fields) => {
        const read = readMeasurement(measurementLine({ server: '[::1]:123', ...fields }));
        expect(read).toMatchObject({ server: '[::1]:123', stratum: fields.stratum, leap: fields.leap });
        expect(Math.abs(read!.offsetMs - fields.offsetMs)).toBeLessThanOrEqual(0.000_6);
        expect(Math.abs(read!.rootDistanceMs - fields.rootDistanceMs)).toBeLessThanOrEqual(0.000_6);
      },
    ),
  );
});

test('of several samples the one with the least delay counts, and the others widen its interval', () => {
  const sample = (offsetMs: number, delayMs: number) => ({
    offsetMs,
    delayMs,
    dispersionMs: 1,
    rootDelayMs: 20,
    rootDispersionMs: 3,
    stratum: 2,
    leap: 0,
  });
  expect(sourceOf('a', [sample(30, 80), sample(0, 10), sample(-40, 90)])).toEqual({
    server: 'a',
    offsetMs: 0,
    delayMs: 10,
    rootDistanceMs: (20 + 10) / 2 + 3 + 1 + Math.sqrt((30 ** 2 + 40 ** 2) / 2),
    stratum: 2,
    leap: 0,
  });
  expect(sourceOf('a', [])).toBeUndefined();
});
