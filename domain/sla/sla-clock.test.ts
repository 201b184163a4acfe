import * as fc from 'fast-check';
import {
  acknowledgeTicket,
  announceDue,
  breachesAt,
  nextDue,
  openSlaClock,
  type SlaClock,
} from './sla-clock.ts';

const minuteMs = 60_000;
const policy = { firstResponseMs: 15 * minuteMs, resolutionMs: 240 * minuteMs, reminderMs: 10 * minuteMs };
const startMs = Date.parse('2026-11-23T10:00:00.000Z');
const at = (minute: number) => new Date(startMs + minute * minuteMs).toISOString();
const opened = openSlaClock(policy, at(0));

function announcedAt(clock: SlaClock, minute: number): SlaClock {
  return announceDue(clock, policy, at(minute)).clock;
}

test('a ticket has its deadlines from the policy and the time it was opened', () => {
  expect(opened).toMatchObject({ firstResponseDueAt: at(15), resolutionDueAt: at(240), breached: [] });
});

test('an unanswered ticket is due for its first response', () => {
  expect(nextDue(opened, policy)).toEqual({ kind: 'first_response', at: at(15) });
});

test('an acknowledgement in time, to the very moment, leaves only the resolution', () => {
  expect(nextDue(acknowledgeTicket(opened, at(15)), policy)).toEqual({ kind: 'resolution', at: at(240) });
});

test('an acknowledgement that came too late does not hide the breach that was not announced yet', () => {
  const late = acknowledgeTicket(opened, at(16));
  expect(nextDue(late, policy)).toEqual({ kind: 'first_response', at: at(15) });
  expect(breachesAt(late, at(20))).toEqual(['first_response']);
});

test('the first acknowledgement counts', () => {
  expect(acknowledgeTicket(acknowledgeTicket(opened, at(3)), at(9)).acknowledgedAt).toBe(at(3));
});

test('reminders follow a missed first response until somebody takes the ticket', () => {
  const breached = announcedAt(opened, 15);
  expect(breached).toMatchObject({ breached: ['first_response'], reminders: 0 });
  expect(nextDue(breached, policy)).toEqual({ kind: 'reminder', at: at(25) });
  const reminded = announcedAt(breached, 25);
  expect(reminded.reminders).toBe(1);
  expect(nextDue(reminded, policy)).toEqual({ kind: 'reminder', at: at(35) });
  expect(nextDue(acknowledgeTicket(reminded, at(30)), policy)).toEqual({ kind: 'resolution', at: at(240) });
});

test('reminders follow a missed resolution though the ticket is acknowledged', () => {
  const missed = announcedAt(acknowledgeTicket(opened, at(1)), 240);
  expect(missed.breached).toEqual(['resolution']);
  expect(nextDue(missed, policy)).toEqual({ kind: 'reminder', at: at(250) });
});

test('nothing is announced before it is due', () => {
  expect(announceDue(opened, policy, at(14.9))).toEqual({ clock: opened, announced: [] });
});

test('after an outage each missed deadline is announced once, and no reminders pile up', () => {
  const { clock, announced } = announceDue(opened, policy, at(1_000));
  expect(announced.map(({ kind }) => kind)).toEqual(['first_response', 'resolution']);
  expect(nextDue(clock, policy)).toEqual({ kind: 'reminder', at: at(1_010) });
});

test('a ticket keeps its other fields', () => {
  const ticket = { ...opened, reason: 'no rule matches' };
  expect(announceDue(acknowledgeTicket(ticket, at(20)), policy, at(20)).clock.reason).toBe('no rule matches');
});

test('breaches at a time do not depend on what was announced', () => {
  expect(breachesAt(opened, at(14.9))).toEqual([]);
  expect(breachesAt(opened, at(15))).toEqual(['first_response']);
  expect(breachesAt(opened, at(240))).toEqual(['first_response', 'resolution']);
  expect(breachesAt(announcedAt(opened, 300), at(0))).toEqual([]);
});

const visits = fc.array(
  fc.record({ afterMinutes: fc.integer({ min: 0, max: 200 }), acknowledges: fc.boolean() }),
  { maxLength: 40 },
);

test('a clock that is looked at whenever it likes announces each breach at most once, and always moves on', () => {
  fc.assert(
    fc.property(visits, (steps) => {
      let clock = opened;
      let minute = 0;
      const kinds: string[] = [];
      for (const { afterMinutes, acknowledges } of steps) {
        minute += afterMinutes;
        if (acknowledges) clock = acknowledgeTicket(clock, at(minute));
        const result = announceDue(clock, policy, at(minute));
        clock = result.clock;
        kinds.push(...result.announced.map(({ kind }) => kind));
        expect(Date.parse(nextDue(clock, policy).at)).toBeGreaterThan(Date.parse(at(minute)));
        expect([...clock.breached].toSorted()).toEqual(breachesAt(clock, at(minute)));
      }
      expect(kinds.filter((kind) => kind === 'first_response').length).toBeLessThanOrEqual(1);
      expect(kinds.filter((kind) => kind === 'resolution').length).toBeLessThanOrEqual(1);
      expect(clock.reminders).toBe(kinds.filter((kind) => kind === 'reminder').length);
    }),
  );
});

test('a workflow that sleeps until each due time is told of everything at that very time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 600 }),
      fc.integer({ min: 1, max: 40 }),
      (acknowledgedAfter, count) => {
        let clock = opened;
        for (let step = 0; step < count; step += 1) {
          const due = nextDue(clock, policy);
          if (Date.parse(due.at) >= Date.parse(at(acknowledgedAfter)) && clock.acknowledgedAt === undefined) {
            clock = acknowledgeTicket(clock, at(acknowledgedAfter));
            continue;
          }
          const { clock: next, announced } = announceDue(clock, policy, due.at);
          expect(announced[0]).toEqual(due);
          clock = next;
        }
      },
    ),
  );
});
