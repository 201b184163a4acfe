import fc from 'fast-check';
import { afterLook, afterStamping, type AnchorProgress, type CalendarState } from './anchor-progress.ts';
import { type AnchorPolicy, decideNextStep } from './decide-next-step.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = new Date('2026-03-01T00:00:00.000Z');
const policy: AnchorPolicy = {
  minimumCalendars: 2,
  confirmations: 6,
  firstLookMs: hour,
  longestPauseMs: day,
  restampAfterMs: 14 * day,
};
const standings = (...states: CalendarState[]) =>
  states.map((state, index) => ({ calendar: `https://c${index}.example`, state }));
const at = (ms: number) => new Date(start.getTime() + ms);
const stamped = afterStamping(undefined, standings('pending', 'pending', 'failed'), start);
const look = (progress: AnchorProgress, ms: number, outcome: Partial<Parameters<typeof afterLook>[1]> = {}) =>
  afterLook(progress, { standings: progress.standings, blocks: [], removedHeights: [], ...outcome }, at(ms));

test('a fresh stamp is looked at after the first pause', () => {
  expect(decideNextStep(stamped, policy)).toEqual({ kind: 'look', at: at(hour).toISOString() });
});

test('where nobody wants to wait for a block, a stamped batch is left with its promises', () => {
  expect(decideNextStep(stamped, { ...policy, autoUpgrade: false })).toEqual({ kind: 'left' });
});

test('a block that is deep enough ends it, and one that is not is waited for without a new stamp', () => {
  const shallow = look(stamped, 15 * day, { blocks: [{ height: 9, confirmations: 5 }] });
  expect(decideNextStep(shallow, policy).kind).toBe('look');
  const deep = look(shallow, 15 * day + hour, { blocks: [{ height: 9, confirmations: 6 }] });
  expect(decideNextStep(deep, policy)).toEqual({ kind: 'done' });
});

test('when calendars can no longer be believed in the number asked for, the batch is stamped again at once', () => {
  const after = look(stamped, hour, { standings: standings('contradicted', 'pending', 'forgotten') });
  expect(decideNextStep(after, policy)).toEqual({
    kind: 'restamp',
    at: at(hour).toISOString(),
    reason: 'too_few_calendars',
  });
});

test('a calendar that is down keeps its promise', () => {
  const after = look(stamped, hour, { standings: standings('unreachable', 'unreachable', 'failed') });
  expect(decideNextStep(after, policy)).toEqual({ kind: 'look', at: at(3 * hour).toISOString() });
});

test('when a reorganisation removed the block, the batch is stamped again', () => {
  const attested = look(stamped, hour, { blocks: [{ height: 9, confirmations: 1 }] });
  const removed = look(attested, 2 * hour, { removedHeights: [9] });
  expect(decideNextStep(removed, policy)).toMatchObject({ kind: 'restamp', reason: 'block_removed' });
  const again = afterStamping(removed, standings('pending', 'pending'), at(2 * hour));
  expect(decideNextStep(again, policy)).toEqual({ kind: 'look', at: at(3 * hour).toISOString() });
});

test('a removed block whose batch is in another block by the same look needs no new stamp', () => {
  const attested = look(stamped, hour, { blocks: [{ height: 9, confirmations: 1 }] });
  const moved = look(attested, 2 * hour, { removedHeights: [9], blocks: [{ height: 10, confirmations: 1 }] });
  expect(decideNextStep(moved, policy).kind).toBe('look');
});

test('a calendar that always lies is stamped at ever later', () => {
  let progress = stamped;
  let clock = 0;
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    progress = look(progress, clock, { standings: standings('contradicted', 'pending') });
    const step = decideNextStep(progress, policy);
    if (step.kind !== 'restamp') throw new Error(step.kind);
    clock = Date.parse(step.at) - start.getTime();
    times.push(clock);
    progress = afterStamping(progress, standings('pending', 'pending'), at(clock));
  }
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(pauses.at(-1)).toBe(day);
});

test('through months of outage it goes on: looks at most a day apart, a new stamp every fortnight, and never an end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<CalendarState>('unreachable', 'pending'), { minLength: 200, maxLength: 300 }),
      (states) => {
        let progress = stamped;
        let clock = 0;
        let restamps = 0;
        for (const state of states) {
          const step = decideNextStep(progress, policy);
          if (!('at' in step)) throw new Error('nothing attested it');
          const next = Date.parse(step.at) - start.getTime();
          expect(next).toBeGreaterThanOrEqual(clock);
          expect(next - clock).toBeLessThanOrEqual(day);
          clock = next;
          if (step.kind === 'restamp') {
            expect(step.reason).toBe('pending_too_long');
            restamps++;
            progress = afterStamping(progress, standings('pending', 'pending'), at(clock));
          } else {
            progress = look(progress, clock, { standings: standings(state, 'pending') });
          }
        }
        expect(restamps).toBeGreaterThanOrEqual(Math.floor(clock / (16 * day)));
      },
    ),
  );
});
