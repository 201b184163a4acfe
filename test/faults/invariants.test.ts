import { randomUUID } from 'node:crypto';
import * as invariants from './invariants.ts';
import type { Truth } from './truth.ts';
import { attemptOf, marksOf, onceStory, soundTruth } from './truth-builder.ts';

const none = { executions: [], stories: [], bundles: [] };

test('a sound end breaks nothing', () => {
  const truth = soundTruth();
  const found = Object.entries(invariants).map(([name, breachesOf]) => [name, breachesOf(truth)]);
  expect(found).toEqual(Object.keys(invariants).map((name) => [name, []]));
});

describe('a drift is lost', () => {
  const drifted = { switches: [{ host: 'host-1', name: 'once', state: 'drifted', drift: 1 }] };

  test('where it is still there and no incident knows', () => {
    expect(invariants.lostDrifts({ ...soundTruth(), ...none, ...drifted })).toHaveLength(1);
  });

  test('where its incident is anything but waiting for a person', () => {
    expect(invariants.lostDrifts({ ...soundTruth(), ...drifted })).toHaveLength(1);
    const stories = [onceStory({ state: 'waiting_for_person' })];
    expect(invariants.lostDrifts({ ...soundTruth(), ...drifted, stories })).toEqual([]);
  });

  test('where the host does not have what was planted', () => {
    const planted = [{ host: 'host-1', name: 'once', count: 2 }];
    expect(invariants.lostDrifts({ ...soundTruth(), planted })).toHaveLength(1);
  });
});

describe('runs on a host', () => {
  test('are repeated where one order starts twice', () => {
    const { order, ...truth } = soundTruth();
    const marks = [...marksOf(order), ...marksOf(order)];
    expect(invariants.repeatedRuns({ ...truth, marks })).toHaveLength(1);
  });

  test('are not over where one has not ended', () => {
    const { order, ...truth } = soundTruth();
    expect(invariants.repeatedRuns({ ...truth, marks: marksOf(order).slice(0, 1) })).toHaveLength(1);
  });

  test('overlap where one starts before another of the switch has ended', () => {
    const { order, ...truth } = soundTruth();
    const [start, end] = marksOf(order);
    const [otherStart, otherEnd] = marksOf(randomUUID());
    const overlapping = { ...truth, marks: [start!, otherStart!, end!, otherEnd!] };
    expect(invariants.overlappingRuns(overlapping)).toHaveLength(1);
    const inTurn = { ...truth, marks: [start!, end!, otherStart!, otherEnd!] };
    expect(invariants.overlappingRuns(inTurn)).toEqual([]);
  });

  test('are unknown where no incident tells of their order', () => {
    expect(invariants.unknownRuns({ ...soundTruth(), marks: marksOf(randomUUID()) })).toHaveLength(1);
  });

  test('are known where they were a rollback', () => {
    const order = randomUUID();
    const rollback = { orderId: order, result: 'completed', message: 'undone' } as const;
    const stories = [onceStory({ attempts: [{ ...attemptOf(randomUUID()), rollback }] })];
    expect(invariants.unknownRuns({ ...soundTruth(), marks: marksOf(order), stories })).toEqual([]);
  });

  test('meet a drift again without a person’s word where the second order is not approved', () => {
    const { order, ...truth } = soundTruth();
    const second = randomUUID();
    const marks = [...marksOf(order), ...marksOf(second)];
    const by = (tier: 'L1' | 'L3'): Truth => {
      const stories = [onceStory({ attempts: [attemptOf(order), attemptOf(second, tier)] })];
      return { ...truth, marks, stories };
    };
    expect(invariants.unseenSecondRuns(by('L1'))).toHaveLength(1);
    expect(invariants.unseenSecondRuns(by('L3'))).toEqual([]);
  });
});

describe('what must be on record', () => {
  test('is a heal, by the last order that ran', () => {
    const { order, ...truth } = soundTruth();
    const marks = [...marksOf(order), ...marksOf(randomUUID())];
    expect(invariants.unrecordedHeals({ ...truth, marks })).toHaveLength(1);
    expect(invariants.unrecordedHeals({ ...truth, marks: marksOf(order), bundles: [] })).toHaveLength(1);
  });

  test('is every incident', () => {
    expect(invariants.unrecordedIncidents({ ...soundTruth(), bundles: [] })).toHaveLength(1);
    const { executions, ...truth } = soundTruth();
    const twice = [...executions, ...executions];
    expect(invariants.unrecordedIncidents({ ...truth, executions: twice })).toHaveLength(1);
  });

  test('is numbered without a gap', () => {
    const { entries, ...truth } = soundTruth();
    const later = entries.map((each) => ({ ...each, entry: each.entry + 1 }));
    expect(invariants.ledgerGaps({ ...truth, entries: later })).toHaveLength(2);
    const other = entries.map((each) => ({ ...each, site: 'quiet-street' }));
    expect(invariants.ledgerGaps({ ...truth, entries: [...entries, ...other] })).toEqual([]);
  });

  test('is every heartbeat, once and in its order', () => {
    const truth = soundTruth();
    const beats = (...numbers: number[]) =>
      invariants.lostHeartbeats({
        ...truth,
        entries: numbers.map((heartbeat, entry) => ({ site: 'a', entry, heartbeat })),
      });
    expect(invariants.lostHeartbeats(truth)).toEqual([]);
    expect(beats(1, 2, 3)).toEqual([]);
    expect(beats(1, 3)).toHaveLength(1);
    expect(beats(1, 1, 2)).toHaveLength(2);
    expect(invariants.lostHeartbeats({ ...truth, entries: [{ site: 'a', entry: 0 }] })).toHaveLength(1);
  });

  test('is every accepted decision, once', () => {
    const { order, ...truth } = soundTruth();
    const id = randomUUID();
    const decision = {
      request: { id, kind: 'approve' },
      actor: { name: 'ana', role: 'operator', method: 'bearer-token', credential: '0'.repeat(16) },
      at: '2026-11-23T10:00:00.000Z',
    } as const;
    const told = (times: number): Truth => {
      const decisions = Array.from({ length: times }, () => decision);
      const story = onceStory({ attempts: [attemptOf(order)], decisions });
      const accepted = [{ id, incident: story.id }];
      return { ...truth, stories: [story], bundles: [], decisions: accepted };
    };
    expect(invariants.wrongDecisions(told(0))).toHaveLength(1);
    expect(invariants.wrongDecisions(told(1))).toEqual([]);
    expect(invariants.wrongDecisions(told(2))).toHaveLength(1);
  });
});

describe('a workflow is unsound', () => {
  const withExecution = (changes: Partial<Truth['executions'][number]>, stories = soundTruth().stories) => {
    const { executions, ...truth } = soundTruth();
    return { ...truth, stories, executions: executions.map((each) => ({ ...each, ...changes })) };
  };

  test.each(['FAILED', 'TERMINATED', 'TIMED_OUT', 'CANCELLED', 'RUNNING'])('where it is %s', (status) => {
    expect(invariants.unsoundWorkflows(withExecution({ status }))).toHaveLength(1);
  });

  test('but not where it waits for a person', () => {
    const stories = [onceStory({ state: 'waiting_for_person' })];
    expect(invariants.unsoundWorkflows(withExecution({ status: 'RUNNING' }, stories))).toEqual([]);
    const scan = withExecution({ status: 'RUNNING', type: 'scan' }, stories);
    expect(invariants.unsoundWorkflows(scan)).toHaveLength(1);
  });

  test('where a task of it failed, or an activity is pending', () => {
    expect(invariants.unsoundWorkflows(withExecution({ taskFailures: ['it threw'] }))).toHaveLength(1);
    expect(invariants.unsoundWorkflows(withExecution({ pendingActivities: 1 }))).toHaveLength(1);
  });
});

test('a slot that is still held, and a part that died of its own, are told', () => {
  expect(invariants.heldSlots({ ...soundTruth(), heldOrders: [randomUUID()] })).toHaveLength(1);
  const parts = [{ name: 'worker', kills: 2, ends: 3 }];
  expect(invariants.deathsOfTheirOwn({ ...soundTruth(), parts })).toHaveLength(1);
});
