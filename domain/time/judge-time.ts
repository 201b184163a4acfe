import { selectTruechimers, type Selection } from './select-truechimers.ts';
import { isCandidate, type TimeSource } from './time-source.ts';

/** Limits that a site sets. */
export interface TimeLimits {
  /** Fewer agreeing servers than this prove nothing. */
  minAgreeing: number;
  /** A clock off by more is a warning; milliseconds. B5 asks for 5,000. */
  warnMs: number;
  /** A clock off by more is a failure; milliseconds. B5 asks for 60,000. */
  failMs: number;
}

/** What is known of our clock where enough servers agree. Milliseconds. */
export interface ClockReading {
  /** Our clock minus true time, the median of the agreeing servers; positive where our clock is fast. */
  offsetMs: number;
  /** How far true time may lie from that. */
  errorBoundMs: number;
  /** Between the agreeing servers that are farthest apart. */
  spreadMs: number;
  maxStratum: number;
  /** The leap second that most of the agreeing servers announce; one server alone cannot announce it. */
  leap: 'none' | 'insert' | 'delete';
}

export interface TimeJudgement {
  /** `unknown` where too few servers agree: never a pass, and never a failure of the clock. */
  verdict: 'pass' | 'warning' | 'fail' | 'unknown';
  /** One sentence for people. */
  reason: string;
  selection: Selection;
  /** Servers that are too far from their reference clock to take part. */
  far: TimeSource[];
  clock?: ClockReading;
}

/** What several servers together say about our clock. */
export function judgeTime(sources: readonly TimeSource[], limits: TimeLimits): TimeJudgement {
  const selection = selectTruechimers(sources.filter(isCandidate));
  const far = sources.filter((source) => !isCandidate(source));
  const clock = readClock(selection);
  const agreeing = selection.truechimers.length;
  if (clock === undefined || agreeing < limits.minAgreeing) {
    const reason = `Only ${agreeing} of ${sources.length} answering servers agree; ${limits.minAgreeing} are needed.`;
    return { verdict: 'unknown', reason, selection, far };
  }
  return { ...verdictOf(clock, selection, limits), selection, far, clock };
}

function readClock({ truechimers, interval }: Selection): ClockReading | undefined {
  if (interval === undefined) return undefined;
  const offsets = truechimers.map(({ offsetMs }) => offsetMs);
  const middle = median(offsets);
  return {
    offsetMs: -middle,
    errorBoundMs: Math.max(interval.highMs - middle, middle - interval.lowMs),
    spreadMs: Math.max(...offsets) - Math.min(...offsets),
    maxStratum: Math.max(...truechimers.map(({ stratum }) => stratum)),
    leap: announcedLeap(truechimers),
  };
}

function verdictOf(
  { offsetMs }: ClockReading,
  { falsetickers }: Selection,
  { warnMs, failMs }: TimeLimits,
): Pick<TimeJudgement, 'verdict' | 'reason'> {
  const off = `The clock is ${Math.round(offsetMs)} ms away from true time`;
  if (Math.abs(offsetMs) > failMs) return { verdict: 'fail', reason: `${off}.` };
  if (Math.abs(offsetMs) > warnMs) return { verdict: 'warning', reason: `${off}.` };
  if (falsetickers.length === 0) return { verdict: 'pass', reason: `${off}.` };
  const wrong = falsetickers.map(({ server }) => server).join(', ');
  return { verdict: 'warning', reason: `${off}; these servers tell a wrong time: ${wrong}.` };
}

function announcedLeap(sources: readonly TimeSource[]): ClockReading['leap'] {
  const most = (leap: number) => 2 * sources.filter((source) => source.leap === leap).length > sources.length;
  return most(1) ? 'insert' : most(2) ? 'delete' : 'none';
}

/** The middle value, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[(sorted.length >> 1) - 1] ?? Number.NaN) + upper) / 2;
}
