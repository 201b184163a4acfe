import * as fc from 'fast-check';
import type { TimeWindow } from '../../contracts/catalog/rule.ts';
import { isTimeZone, localTimeAt } from './local-time.ts';
import { isInWindows, nextClosing, nextOpening } from './time-window.ts';

const newYork = 'America/New_York';
const everyDay: TimeWindow['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const ms = (iso: string) => Date.parse(iso);
const iso = (atMs: number | undefined) => (atMs === undefined ? undefined : new Date(atMs).toISOString());

const office: TimeWindow = { days: ['mon', 'tue'], from: '09:00', to: '17:00' };
const night: TimeWindow = { days: ['fri'], from: '22:00', to: '04:00' };

test('a wall clock is read in its zone, midnight as 0', () => {
  expect(localTimeAt(ms('2026-11-23T04:59:59Z'), newYork)).toEqual({ day: 'sun', minuteOfDay: 23 * 60 + 59 });
  expect(localTimeAt(ms('2026-11-23T05:00:00Z'), newYork)).toEqual({ day: 'mon', minuteOfDay: 0 });
});

test('knows which time zones there are', () => {
  expect(isTimeZone(newYork)).toBe(true);
  expect(isTimeZone('America/New_Yorkshire')).toBe(false);
  expect(() => isInWindows([office], 0, 'Nowhere/Land')).toThrow(RangeError);
});

test('a window opens at its first minute and is shut at its last', () => {
  expect(isInWindows([office], ms('2026-11-23T08:59:59.999Z'), 'UTC')).toBe(false);
  expect(isInWindows([office], ms('2026-11-23T09:00:00Z'), 'UTC')).toBe(true);
  expect(isInWindows([office], ms('2026-11-23T16:59:59.999Z'), 'UTC')).toBe(true);
  expect(isInWindows([office], ms('2026-11-23T17:00:00Z'), 'UTC')).toBe(false);
  expect(isInWindows([office], ms('2026-11-25T10:00:00Z'), 'UTC')).toBe(false);
});

test('a window over midnight belongs to the day it opens on', () => {
  expect(isInWindows([night], ms('2026-11-27T23:00:00Z'), 'UTC')).toBe(true);
  expect(isInWindows([night], ms('2026-11-28T03:59:00Z'), 'UTC')).toBe(true);
  expect(isInWindows([night], ms('2026-11-28T04:00:00Z'), 'UTC')).toBe(false);
  expect(isInWindows([night], ms('2026-11-27T03:00:00Z'), 'UTC')).toBe(false);
});

test('a window whose ends are equal lasts a day', () => {
  const monday: TimeWindow = { days: ['mon'], from: '06:00', to: '06:00' };
  expect(isInWindows([monday], ms('2026-11-23T06:00:00Z'), 'UTC')).toBe(true);
  expect(isInWindows([monday], ms('2026-11-24T05:59:00Z'), 'UTC')).toBe(true);
  expect(isInWindows([monday], ms('2026-11-24T06:00:00Z'), 'UTC')).toBe(false);
});

test('no windows are never open', () => {
  expect(isInWindows([], 0, 'UTC')).toBe(false);
  expect(nextOpening([], 0, 'UTC')).toBeUndefined();
});

test('the next opening is the nearest of all windows, or now inside of one', () => {
  expect(iso(nextOpening([office, night], ms('2026-11-24T17:00:00Z'), 'UTC'))).toBe(
    '2026-11-27T22:00:00.000Z',
  );
  expect(iso(nextOpening([office], ms('2026-11-24T16:59:30.500Z'), 'UTC'))).toBe('2026-11-24T16:59:30.500Z');
  expect(iso(nextOpening([night], ms('2026-11-28T12:34:56.789Z'), newYork))).toBe('2026-12-05T03:00:00.000Z');
});

test('the next closing is where no window goes on', () => {
  const evening: TimeWindow = { days: ['tue'], from: '17:00', to: '18:30' };
  expect(iso(nextClosing([office, evening], ms('2026-11-24T10:00:00Z'), 'UTC'))).toBe(
    '2026-11-24T18:30:00.000Z',
  );
  const always: TimeWindow = { days: everyDay, from: '00:00', to: '00:00' };
  expect(nextClosing([always], ms('2026-11-24T10:00:00Z'), 'UTC')).toBeUndefined();
});

test('a window within the hour that daylight saving skips opens the week after', () => {
  const early: TimeWindow = { days: ['sun'], from: '02:15', to: '02:45' };
  expect(iso(nextOpening([early], ms('2026-03-08T05:00:00Z'), newYork))).toBe('2026-03-15T06:15:00.000Z');
});

test('a window that begins within the skipped hour opens where the clock goes on', () => {
  const early: TimeWindow = { days: ['sun'], from: '02:15', to: '04:00' };
  expect(iso(nextOpening([early], ms('2026-03-08T05:00:00Z'), newYork))).toBe('2026-03-08T07:00:00.000Z');
  expect(iso(nextClosing([early], ms('2026-03-08T07:00:00Z'), newYork))).toBe('2026-03-08T08:00:00.000Z');
});

test('a window within the hour that daylight saving repeats opens twice', () => {
  const early: TimeWindow = { days: ['sun'], from: '01:10', to: '01:40' };
  const first = nextOpening([early], ms('2026-11-01T04:00:00Z'), newYork);
  expect(iso(first)).toBe('2026-11-01T05:10:00.000Z');
  const shut = nextClosing([early], first!, newYork);
  expect(iso(shut)).toBe('2026-11-01T05:40:00.000Z');
  expect(iso(nextOpening([early], shut!, newYork))).toBe('2026-11-01T06:10:00.000Z');
});

test('half-hour shifts of a clock are seen', () => {
  const early: TimeWindow = { days: ['sun'], from: '02:10', to: '03:00' };
  const opening = nextOpening([early], ms('2026-10-03T14:00:00Z'), 'Australia/Lord_Howe');
  expect(iso(opening)).toBe('2026-10-03T15:30:00.000Z');
  expect(localTimeAt(opening!, 'Australia/Lord_Howe')).toEqual({ day: 'sun', minuteOfDay: 150 });
});

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const anyWindow = fc.record({
  days: fc.uniqueArray(fc.constantFrom(...everyDay), { minLength: 1 }),
  from: clock,
  to: clock,
});

test('the next opening is inside, and no minute before it is', () => {
  const anyMinute = fc.integer({
    min: ms('2026-01-01T00:00Z') / 60_000,
    max: ms('2027-01-01T00:00Z') / 60_000,
  });
  const zone = fc.constantFrom('UTC', newYork, 'Australia/Lord_Howe', 'Asia/Kathmandu');
  fc.assert(
    fc.property(
      anyWindow,
      anyMinute,
      zone,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (window, minute, timeZone, share) => {
        const fromMs = minute * 60_000;
        const opening = nextOpening([window], fromMs, timeZone);
        expect(opening).toBeDefined();
        expect(isInWindows([window], opening!, timeZone)).toBe(true);
        if (opening === fromMs) return;
        expect(isInWindows([window], opening! - 1, timeZone)).toBe(false);
        const between = fromMs + Math.floor((opening! - 1 - fromMs) * share);
        expect(isInWindows([window], between, timeZone)).toBe(false);
      },
    ),
    { numRuns: 60 },
  );
});
