import fc from 'fast-check';
import type { Heartbeat } from '../statements/heartbeat-v1.ts';
import { sampleHeartbeat, samplePage, uuidNamed } from '../testing/sample-statements.ts';
import { findGaps } from './find-gaps.ts';
import type { Expectation } from './heartbeat-gaps.ts';
import type { TimelineEntry } from './timeline-entry.ts';

const start = Date.parse('2026-03-01T00:00:00.000Z');
const minute = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const clock = (minutes: number) => minute(minutes).slice(11, 16);
const expected: Expectation = {
  from: minute(0),
  to: minute(240),
  heartbeatSeconds: 300,
  scanSeconds: 1_800,
  toleranceSeconds: 60,
};

const beat = (
  sequence: number,
  at: number,
  { late = 0, ...changes }: Partial<Heartbeat> & { late?: number } = {},
): TimelineEntry => ({
  kind: 'heartbeat',
  seq: sequence,
  receivedAt: minute(at + late),
  heartbeat: sampleHeartbeat(sequence, minute(at), changes),
});
const scan = (at: number, changes: Parameters<typeof samplePage>[1] = {}): TimelineEntry => ({
  kind: 'scan',
  seq: 1_000 + at,
  receivedAt: minute(at + 1),
  scan: samplePage(minute(at), changes),
});

/** Heartbeats every 5 minutes from -5 to 245, those kept that `isThere` says; numbers go on over those that were not made. */
const beats = (
  isMade: (at: number) => boolean,
  change: (at: number) => Parameters<typeof beat>[2] = () => ({}),
) => {
  let sequence = 0;
  return Array.from({ length: 51 }, (_, index) => index * 5 - 5)
    .filter(isMade)
    .map((at) => beat(++sequence, at, change(at)));
};
const scans = (isMade: (at: number) => boolean = () => true) =>
  Array.from({ length: 9 }, (_, index) => index * 30)
    .filter(isMade)
    .map((at) => scan(at));
const brief = (entries: readonly TimelineEntry[], asked = expected) =>
  findGaps(entries, asked).gaps.map(
    ({ what, reason, from, to, missed }) =>
      `${what} ${reason} ${from.slice(11, 16)}-${to.slice(11, 16)} ${missed}`,
  );
const always = () => true;
const isOutside = (from: number, to: number) => (at: number) => at <= from || at >= to;

describe('gaps', () => {
  it('are none where every heartbeat and every scan is there', () => {
    expect(findGaps([...beats(always), ...scans()], expected)).toEqual({ gaps: [], anomalies: [] });
  });

  it('say that the appliance was down where no heartbeat was made and the machine booted', () => {
    const found = beats(isOutside(60, 125), (at) => (at >= 125 ? { bootId: uuidNamed('boot 2') } : {}));
    const entries = [...found, ...scans(isOutside(60, 120))];
    expect(brief(entries)).toEqual([
      'heartbeats appliance_down 01:00-02:05 12',
      'scans appliance_down 01:30-02:00 1',
    ]);
    expect(findGaps(entries, expected).gaps[0]).toMatchObject({ hasRebooted: true, entries: [14, 15] });
  });

  it('say that only the program was down where the machine is still in the same boot', () => {
    const { gaps } = findGaps([...beats(isOutside(60, 125)), ...scans()], expected);
    expect(gaps).toMatchObject([{ reason: 'appliance_down', hasRebooted: false }]);
  });

  it('say that it was unreachable where heartbeats were made and arrived late', () => {
    const late = (at: number) => (at > 60 && at < 125 ? { late: 125 - at } : {});
    const entries = [...beats(always, late), ...scans(isOutside(60, 120))];
    expect(brief(entries)).toEqual([
      'heartbeats unreachable 01:05-02:05 11',
      'scans unreachable 01:30-02:00 1',
    ]);
  });

  it('say that it was silent where heartbeats were made and arrived and scans were not', () => {
    expect(brief([...beats(always), ...scans(isOutside(60, 150))])).toEqual(['scans silent 01:30-02:30 2']);
  });

  it('say that records are missing where heartbeats were made, by their numbers, and are not there', () => {
    const entries = [...beats(always).filter((entry) => entry.seq <= 14 || entry.seq >= 27), ...scans()];
    expect(brief(entries)).toEqual(['heartbeats records_missing 01:00-02:05 12']);
  });

  it('cannot be told from where nothing has come since', () => {
    const entries = [...beats((at) => at <= 150), ...scans((at) => at <= 150)];
    expect(brief(entries)).toEqual([
      'heartbeats undetermined 02:30-04:00 17',
      'scans undetermined 03:00-03:30 1',
    ]);
  });

  it('are the whole time where there is nothing at all', () => {
    expect(brief([])).toEqual(['heartbeats undetermined 00:00-04:00 48', 'scans undetermined 00:00-03:30 7']);
  });

  it('judge no scan that may still come', () => {
    expect(brief([...beats(always), ...scans((at) => at <= 180)])).toEqual([]);
  });

  it('count no scan that somebody asked for, none that was made in another slot, and none whose pages are not all there', () => {
    const late = samplePage(minute(95));
    const others: TimelineEntry[] = [
      {
        kind: 'scan',
        seq: 2,
        receivedAt: minute(66),
        scan: { ...samplePage(minute(65)), scheduledAt: undefined },
      },
      { kind: 'scan', seq: 1, receivedAt: minute(96), scan: { ...late, scheduledAt: minute(60) } },
      scan(120, { isLast: false }),
    ];
    const entries = [...beats(always), ...scans((at) => at !== 60 && at !== 120), ...others];
    expect(brief(entries)).toEqual(['scans silent 01:00-01:30 1', 'scans silent 02:00-02:30 1']);
    expect(findGaps(entries, expected).anomalies).toEqual([{ kind: 'scan_incomplete', entries: [1_120] }]);
  });

  it('take a scan of several pages for whole with all of them, in whatever order they came', () => {
    const pages = [2, 0, 1].map((page) => scan(60, { page, isLast: page === 2 }));
    expect(brief([...beats(always), ...scans((at) => at !== 60), ...pages])).toEqual([]);
    expect(brief([...beats(always), ...scans((at) => at !== 60), ...pages.slice(0, 2)])).toEqual([
      'scans silent 01:00-01:30 1',
    ]);
  });

  it('are told by the schedule that the site has', () => {
    const shifted = { ...expected, scanOffsetSeconds: 600 };
    const own = Array.from({ length: 9 }, (_, index) => scan(index * 30 - 20));
    expect(brief([...beats(always), ...own], shifted)).toEqual([]);
    expect(brief([...beats(always), ...own.slice(0, 3), ...own.slice(4)], shifted)).toEqual([
      'scans silent 01:10-01:40 1',
    ]);
  });

  it('of one appliance do not excuse another that was there', () => {
    const second = beats(always, () => ({ appliance: 'second-box' }));
    const first = beats(isOutside(60, 125));
    expect(brief([...first, ...second, ...scans((at) => at !== 90)])).toEqual([
      'heartbeats appliance_down 01:00-02:05 12',
      'scans silent 01:30-02:00 1',
    ]);
  });

  it('are found wherever heartbeats are taken away, and cover exactly the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 8 }), (first, count) => {
        const all = beats(always);
        const left = [...all.slice(0, first + 1), ...all.slice(first + 1 + count)];
        expect(brief([...left, ...scans()])).toEqual([
          `heartbeats records_missing ${clock(Math.max(0, first * 5 - 5))}-${clock(Math.min(240, (first + count) * 5))} ${count}`,
        ]);
      }),
    );
  });
});

describe('anomalies', () => {
  const kinds = (entries: readonly TimelineEntry[]) =>
    findGaps([...entries, ...scans()], expected).anomalies.map(({ kind, entries: where }) => [kind, where]);

  it('name a clock that was set back', () => {
    const entries = beats(always, (at) => (at === 100 ? { madeAt: minute(80) } : {}));
    expect(kinds(entries)).toEqual([['clock_set_back', [21, 22]]]);
  });

  it('name a number that two heartbeats have', () => {
    const twin = { ...beat(10, 40, { recordId: uuidNamed('twin') }), seq: 999 };
    expect(kinds([...beats(always), twin])).toContainEqual(['sequence_repeated', [10, 999]]);
  });

  it('name a heartbeat that says it was made after it arrived', () => {
    const entries = beats(always, (at) => (at === 245 ? { late: -30 } : {}));
    expect(kinds(entries)).toEqual([['made_after_received', [51]]]);
  });
});
