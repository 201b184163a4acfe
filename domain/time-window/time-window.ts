import type { TimeWindow } from '../../contracts/catalog/rule.ts';
import { dayBefore, localTimeAt, type LocalTime } from './local-time.ts';

/**
 * Windows of wall-clock time (A2, A5). A window opens on each of its days at `from` and is shut at `to`; `from` after
 * `to` runs over midnight and belongs to the day it opens on; `from` equal to `to` lasts 24 hours. The clock on
 * the wall decides: an hour that daylight saving skips is in no window, an hour that it repeats is in the window twice.
 * Every function throws RangeError where the time zone is not known.
 */

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** Two weeks: a window that daylight saving skips this week opens the next. */
const searchMs = 15 * 24 * 60 * minuteMs;

/** Whether an instant lies in any of the windows. */
export function isInWindows(windows: readonly TimeWindow[], atMs: number, timeZone: string): boolean {
  const local = localTimeAt(atMs, timeZone);
  return windows.some((window) => holds(window, local));
}

/** When the first of the windows opens at or after an instant; the instant itself inside of one. */
export function nextOpening(
  windows: readonly TimeWindow[],
  atMs: number,
  timeZone: string,
): number | undefined {
  return firstInstant(windows, atMs, timeZone, true);
}

/** When the windows are shut at or after an instant; undefined where they leave no gap. */
export function nextClosing(
  windows: readonly TimeWindow[],
  atMs: number,
  timeZone: string,
): number | undefined {
  return firstInstant(windows, atMs, timeZone, false);
}

/**
 * First instant that is inside (or outside). Clocks are only ever changed on a quarter of an hour UTC, so that between
 * two quarters the wall clock runs evenly and the window edges within can be computed.
 */
function firstInstant(
  windows: readonly TimeWindow[],
  fromMs: number,
  timeZone: string,
  isInside: boolean,
): number | undefined {
  const edges = windows.flatMap(({ from, to }) => [minuteOf(from), minuteOf(to)]).concat(0);
  for (let atMs = fromMs; atMs <= fromMs + searchMs;) {
    const local = localTimeAt(atMs, timeZone);
    if (windows.some((window) => holds(window, local)) === isInside) return atMs;
    const minuteStartMs = atMs - (atMs % minuteMs);
    const toQuarterMs = quarterMs - (minuteStartMs % quarterMs);
    const toEdgeMs = edges.map((edge) => ((edge - local.minuteOfDay + 1440) % 1440 || 1440) * minuteMs);
    atMs = minuteStartMs + Math.min(toQuarterMs, ...toEdgeMs);
  }
  return undefined;
}

function holds(window: TimeWindow, { day, minuteOfDay }: LocalTime): boolean {
  const from = minuteOf(window.from);
  const to = minuteOf(window.to);
  if (from < to) return window.days.includes(day) && from <= minuteOfDay && minuteOfDay < to;
  if (minuteOfDay >= from) return window.days.includes(day);
  return minuteOfDay < to && window.days.includes(dayBefore(day));
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
