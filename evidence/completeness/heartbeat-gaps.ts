import type { Anomaly, Gap } from './gap.ts';
import type { HeartbeatEntry } from './timeline-entry.ts';

/** What was asked of a site in a time. */
export interface Expectation {
  /** The time that is judged; ISO 8601, UTC, `to` exclusive. */
  readonly from: string;
  readonly to: string;
  /** Between two heartbeats of an appliance. */
  readonly heartbeatSeconds: number;
  /** Between two scans of the site. */
  readonly scanSeconds: number;
  /** When scans are due: at whole multiples of `scanSeconds` since 1970, and this long after. Default 0. */
  readonly scanOffsetSeconds?: number;
  /** How much later than due something may be made or arrive. */
  readonly toleranceSeconds: number;
}

/** A stretch of time in milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What the heartbeats of one appliance tell. */
export interface ApplianceLife {
  readonly appliance: string;
  readonly gaps: readonly Gap[];
  readonly anomalies: readonly Anomaly[];
  /** When its heartbeats were made; sorted. */
  readonly beats: readonly number[];
}

/**
 * Gaps and contradictions of one appliance's heartbeats. `entries` should reach a heartbeat before `from` and after `to`, as far
 * as there are any; what lies outside the time is not listed.
 */
export function heartbeatGaps(
  appliance: string,
  entries: readonly HeartbeatEntry[],
  expected: Expectation,
): ApplianceLife {
  const beats = [...entries].sort((a, b) => a.heartbeat.sequence - b.heartbeat.sequence || a.seq - b.seq);
  const window = { from: Date.parse(expected.from), to: Date.parse(expected.to) };
  const limitMs = (expected.heartbeatSeconds + expected.toleranceSeconds) * 1_000;
  const gaps: Gap[] = [];
  const add = (stretch: Stretch, gap: Omit<Gap, 'what' | 'from' | 'to' | 'appliance'>) => {
    const from = Math.max(stretch.from, window.from);
    const to = Math.min(stretch.to, window.to);
    if (from < to) gaps.push({ what: 'heartbeats', appliance, ...gap, from: iso(from), to: iso(to) });
  };
  const missedIn = ({ from, to }: Stretch) =>
    Math.max(1, Math.ceil((to - from) / (expected.heartbeatSeconds * 1_000)) - 1);

  const [first] = beats;
  const last = beats.at(-1);
  if (!first || !last) return { appliance, gaps, anomalies: [], beats: [] };
  const lead = { from: window.from, to: madeAt(first) };
  if (lead.to - lead.from > limitMs)
    add(lead, { reason: 'undetermined', missed: missedIn(lead), entries: [first.seq] });
  beats.slice(1).forEach((beat, index) => {
    const before = beats[index] ?? first;
    const stretch = { from: madeAt(before), to: madeAt(beat) };
    const skipped = beat.heartbeat.sequence - before.heartbeat.sequence - 1;
    const ends = [before.seq, beat.seq];
    if (skipped > 0) add(stretch, { reason: 'records_missing', missed: skipped, entries: ends });
    else if (stretch.to - stretch.from > limitMs) {
      const hasRebooted = beat.heartbeat.bootId !== before.heartbeat.bootId;
      add(stretch, { reason: 'appliance_down', missed: missedIn(stretch), hasRebooted, entries: ends });
    }
  });
  const trail = { from: madeAt(last), to: window.to };
  if (trail.to - trail.from > limitMs)
    add(trail, { reason: 'undetermined', missed: missedIn(trail), entries: [last.seq] });

  for (const late of lateRuns(beats, limitMs)) {
    const stretch = { from: madeAt(late[0]), to: Math.max(...late.map(receivedAt)) };
    const ends = [...new Set([late[0].seq, (late.at(-1) ?? late[0]).seq])];
    add(stretch, { reason: 'unreachable', missed: late.length, entries: ends });
  }
  const made = beats.map(madeAt).sort((a, b) => a - b);
  return { appliance, gaps, anomalies: anomaliesOf(beats, expected.toleranceSeconds * 1_000), beats: made };
}

/** Runs of heartbeats, one after the other, that each arrived after `limitMs`. */
function lateRuns(
  beats: readonly HeartbeatEntry[],
  limitMs: number,
): [HeartbeatEntry, ...HeartbeatEntry[]][] {
  const runs: [HeartbeatEntry, ...HeartbeatEntry[]][] = [];
  let run: [HeartbeatEntry, ...HeartbeatEntry[]] | undefined;
  for (const beat of beats) {
    if (receivedAt(beat) - madeAt(beat) <= limitMs) {
      run = undefined;
    } else if (run) {
      run.push(beat);
    } else {
      run = [beat];
      runs.push(run);
    }
  }
  return runs;
}

function anomaliesOf(beats: readonly HeartbeatEntry[], toleranceMs: number): Anomaly[] {
  const anomalies: Anomaly[] = [];
  beats.forEach((beat, index) => {
    if (madeAt(beat) - receivedAt(beat) > toleranceMs)
      anomalies.push({ kind: 'made_after_received', entries: [beat.seq] });
    const before = beats[index - 1];
    if (!before) return;
    const entries = [before.seq, beat.seq];
    if (before.heartbeat.sequence === beat.heartbeat.sequence)
      anomalies.push({ kind: 'sequence_repeated', entries });
    else if (madeAt(beat) < madeAt(before)) anomalies.push({ kind: 'clock_set_back', entries });
  });
  return anomalies;
}

function madeAt({ heartbeat }: HeartbeatEntry): number {
  return Date.parse(heartbeat.madeAt);
}

function receivedAt(entry: HeartbeatEntry): number {
  return Date.parse(entry.receivedAt);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
