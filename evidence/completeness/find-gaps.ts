import type { Anomaly, Gap, GapReason } from './gap.ts';
import { type ApplianceLife, type Expectation, heartbeatGaps } from './heartbeat-gaps.ts';
import type { HeartbeatEntry, ScanEntry, TimelineEntry } from './timeline-entry.ts';

export interface Completeness {
  /** By time. None: everything that should be on record of this time is. */
  readonly gaps: readonly Gap[];
  readonly anomalies: readonly Anomaly[];
}

/**
 * Lists the times of a site for which heartbeats or scans are missing, and why (H4). That no entry is missing in between is the
 * ledger's to prove; this says whether the entries there are cover the time. A due time whose scan may still come before `to`
 * is not judged.
 */
export function findGaps(entries: readonly TimelineEntry[], expected: Expectation): Completeness {
  const beats = Map.groupBy(
    entries.filter((entry) => entry.kind === 'heartbeat'),
    ({ heartbeat }) => heartbeat.appliance,
  );
  const lives = [...beats].map(([appliance, own]: [string, HeartbeatEntry[]]) =>
    heartbeatGaps(appliance, own, expected),
  );
  const scans = wholeScans(entries.filter((entry) => entry.kind === 'scan'));
  const gaps = [
    ...(lives.length === 0 ? [noHeartbeats(expected)] : lives.flatMap((life) => life.gaps)),
    ...scanGaps(scans.whole, lives, expected),
  ];
  gaps.sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return { gaps, anomalies: [...lives.flatMap((life) => life.anomalies), ...scans.anomalies] };
}

function noHeartbeats({ from, to, heartbeatSeconds }: Expectation): Gap {
  const missed = Math.ceil((Date.parse(to) - Date.parse(from)) / (heartbeatSeconds * 1_000));
  return { what: 'heartbeats', reason: 'undetermined', from, to, missed, entries: [] };
}

/** A scan with all its pages. */
interface WholeScan {
  readonly scheduledAt: number | undefined;
  readonly startedAt: number;
  readonly seq: number;
}

function wholeScans(pages: readonly ScanEntry[]): { whole: WholeScan[]; anomalies: Anomaly[] } {
  const whole: WholeScan[] = [];
  const anomalies: Anomaly[] = [];
  for (const own of Map.groupBy(pages, ({ scan }) => scan.scan).values()) {
    const numbers = new Set(own.map(({ scan }) => scan.page));
    const last = own.find(({ scan }) => scan.isLast);
    const [first] = own;
    if (!first) continue;
    if (last?.scan.page !== numbers.size - 1 || Math.max(...numbers) !== last.scan.page) {
      anomalies.push({ kind: 'scan_incomplete', entries: own.map(({ seq }) => seq) });
      continue;
    }
    const scheduled = first.scan.scheduledAt;
    whole.push({
      scheduledAt: scheduled === undefined ? undefined : Date.parse(scheduled),
      startedAt: Math.min(...own.map(({ scan }) => Date.parse(scan.startedAt))),
      seq: first.seq,
    });
  }
  return { whole, anomalies };
}

function scanGaps(
  scans: readonly WholeScan[],
  lives: readonly ApplianceLife[],
  expected: Expectation,
): Gap[] {
  const everyMs = expected.scanSeconds * 1_000;
  const offsetMs = (expected.scanOffsetSeconds ?? 0) * 1_000;
  const toleranceMs = expected.toleranceSeconds * 1_000;
  const slotOf = (time: number) => Math.floor((time - offsetMs) / everyMs);
  const dueAt = (slot: number) => slot * everyMs + offsetMs;
  // A scan that somebody asked for may have looked at one thing only. One made in another slot is not the one that was due.
  const done = new Set(
    scans.flatMap(({ scheduledAt, startedAt }) => {
      if (scheduledAt === undefined) return [];
      const slot = slotOf(scheduledAt);
      return startedAt >= dueAt(slot) - toleranceMs && startedAt < dueAt(slot + 1) ? [slot] : [];
    }),
  );

  const end = Date.parse(expected.to);
  const gaps: { reason: GapReason; from: number; to: number; missed: number }[] = [];
  const first = Math.ceil((Date.parse(expected.from) - offsetMs) / everyMs);
  for (let slot = first; dueAt(slot + 1) + toleranceMs <= end; slot++) {
    if (done.has(slot)) continue;
    const reason = reasonAt(dueAt(slot), lives);
    const previous = gaps.at(-1);
    if (previous?.to === dueAt(slot) && previous.reason === reason) {
      previous.to += everyMs;
      previous.missed++;
    } else {
      gaps.push({ reason, from: dueAt(slot), to: dueAt(slot + 1), missed: 1 });
    }
  }
  const before = [...scans].sort((a, b) => a.startedAt - b.startedAt);
  return gaps.map(({ from, to, ...gap }) => {
    const entries = [
      before.findLast(({ startedAt }) => startedAt < from)?.seq,
      before.find(({ startedAt }) => startedAt >= to)?.seq,
    ].filter((seq) => seq !== undefined);
    return {
      what: 'scans',
      ...gap,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      entries,
    };
  });
}

/** Worst first: what one appliance could have scanned is not explained by another that was down. */
const byBlame: readonly GapReason[] = [
  'silent',
  'unreachable',
  'records_missing',
  'appliance_down',
  'undetermined',
];

/** Why no scan was made in a slot that was due at `from`, by what each appliance was doing then. */
function reasonAt(from: number, lives: readonly ApplianceLife[]): GapReason {
  const reasons = lives.map((life): GapReason => {
    const covering = life.gaps.filter((gap) => Date.parse(gap.from) <= from && from < Date.parse(gap.to));
    const reason = byBlame.find((candidate) => covering.some((gap) => gap.reason === candidate));
    if (reason) return reason;
    // Covered by no gap: heartbeats before and after it were made and arrived in time.
    return life.beats.length > 0 ? 'silent' : 'undetermined';
  });
  return byBlame.find((reason) => reasons.includes(reason)) ?? 'undetermined';
}
