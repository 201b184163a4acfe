import * as fc from 'fast-check';
import {
  isStopped,
  neverHealed,
  recordCleared,
  recordDrift,
  recordHeal,
  release,
  releaseDueAt,
  watchUntil,
  type FlappingState,
} from './flapping.ts';

const minuteMs = 60_000;
const policy = { heals: 3, windowMs: 60 * minuteMs, quietMs: 240 * minuteMs };
const startMs = Date.parse('2026-11-23T10:00:00.000Z');
const at = (minute: number) => new Date(startMs + minute * minuteMs).toISOString();

/** A drift that comes back and is healed at once at each of `minutes`. */
function healedAt(...minutes: number[]): FlappingState {
  return minutes.reduce(
    (state, minute) => recordHeal(recordDrift(state, at(minute), policy), at(minute), policy),
    neverHealed(),
  );
}

test('the heal that completes the count stops auto-healing before the next one', () => {
  expect(isStopped(healedAt(0, 20), at(40), policy)).toBe(false);
  expect(isStopped(healedAt(0, 20, 40), at(40), policy)).toBe(true);
});

test('a drift that returns just after the first heal left the window is still stopped', () => {
  const state = recordDrift(healedAt(0, 25, 50), at(75), policy);
  expect(isStopped(state, at(75), policy)).toBe(true);
});

test('heals further apart than the window never stop auto-healing', () => {
  expect(isStopped(healedAt(0, 31, 62, 93, 124), at(124), policy)).toBe(false);
});

test('a heal exactly one window old still counts', () => {
  expect(isStopped(healedAt(0, 30, 60), at(60), policy)).toBe(true);
});

test('auto-healing is released once the drift stayed away for the quiet period', () => {
  const state = healedAt(0, 1, 2);
  expect(releaseDueAt(state, policy)).toBe(at(242));
  expect(isStopped(state, at(241.99), policy)).toBe(true);
  expect(isStopped(state, at(242), policy)).toBe(false);
  expect(recordDrift(state, at(242), policy)).toEqual({ heals: [] });
});

test('a drift within the quiet period ends the quiet and is not released by time', () => {
  const state = recordDrift(healedAt(0, 1, 2), at(100), policy);
  expect(releaseDueAt(state, policy)).toBeUndefined();
  expect(isStopped(state, at(100_000), policy)).toBe(true);
});

test('a drift that clears on its own begins the quiet period anew', () => {
  const drifted = recordDrift(healedAt(0, 1, 2), at(100), policy);
  const cleared = recordCleared(recordCleared(drifted, at(110)), at(120));
  expect(releaseDueAt(cleared, policy)).toBe(at(350));
});

test('a person who releases auto-healing starts the count anew', () => {
  const released = release(recordDrift(healedAt(0, 1, 2), at(3), policy));
  expect(released).toEqual({ heals: [] });
  const once = recordHeal(released, at(4), policy);
  expect(isStopped(once, at(4), policy)).toBe(false);
});

test('a heal that a person approved while stopped does not release auto-healing', () => {
  const state = recordHeal(recordDrift(healedAt(0, 1, 2), at(200), policy), at(210), policy);
  expect(state.stoppedAt).toBe(at(2));
  expect(releaseDueAt(state, policy)).toBe(at(450));
});

test('an incident is watched for the flap window after a heal, and for the quiet period when stopped', () => {
  expect(watchUntil(neverHealed(), policy)).toBeUndefined();
  expect(watchUntil(healedAt(0, 20), policy)).toBe(at(80));
  expect(watchUntil(healedAt(0, 20, 40), policy)).toBe(at(280));
  expect(watchUntil(recordDrift(healedAt(0, 20), at(30), policy), policy)).toBeUndefined();
});

const step = fc.record({
  kind: fc.constantFrom('drift', 'heal', 'cleared', 'release'),
  afterMinutes: fc.integer({ min: 0, max: 300 }),
});

test('whatever happens, no drift is healed automatically more often within a window than the policy allows', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = neverHealed();
      let minute = 0;
      let automaticHeals: number[] = [];
      for (const { kind, afterMinutes } of steps) {
        minute += afterMinutes;
        const time = at(minute);
        if (kind === 'release') {
          state = release(state);
          automaticHeals = [];
        } else if (kind === 'cleared') {
          state = recordCleared(state, time);
        } else {
          state = recordDrift(state, time, policy);
          if (kind === 'heal' && !isStopped(state, time, policy)) {
            state = recordHeal(state, time, policy);
            automaticHeals.push(minute);
          }
        }
        const inWindow = automaticHeals.filter((healed) => minute - healed <= 60);
        expect(inWindow.length).toBeLessThanOrEqual(policy.heals);
      }
    }),
  );
});

test('a state survives JSON, and no function changes the state it is given', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 10 }), (gaps) => {
      let state = neverHealed();
      let minute = 0;
      for (const gap of gaps) {
        minute += gap;
        const before = JSON.stringify(state);
        const next = recordHeal(recordDrift(state, at(minute), policy), at(minute), policy);
        recordCleared(state, at(minute));
        release(state);
        expect(JSON.stringify(state)).toBe(before);
        expect(JSON.parse(JSON.stringify(next))).toEqual(next);
        state = next;
      }
    }),
  );
});
