import type { TimeSource } from './time-source.ts';

/**
 * A measurement as a fact's line: `server stratum leap offset_ms delay_ms distance_ms`, as
 * `time.example.org 2 0 -1.25 12.5 20.125`; milliseconds with three decimals, the offset as in `TimeSource`.
 */
export function measurementLine(source: TimeSource): string {
  const { server, stratum, leap, offsetMs, delayMs, rootDistanceMs } = source;
  return [server, stratum, leap, ...[offsetMs, delayMs, rootDistanceMs].map(toMicroseconds)].join(' ');
}

const decimal = '-?\\d{1,15}(?:\\.\\d{1,9})?';
const pattern = new RegExp(`^(\\S{1,260}) (\\d{1,2}) ([0-2]) (${decimal}) (${decimal}) (${decimal})$`, 'u');

/** Reads what `measurementLine` wrote; undefined where the line is anything else. */
export function readMeasurement(line: string): TimeSource | undefined {
  const match = pattern.exec(line);
  if (match === null) return undefined;
  const [server = '', ...texts] = match.slice(1);
  const [stratum = 0, leap = 0, offsetMs = 0, delayMs = 0, rootDistanceMs = 0] = texts.map(Number);
  if (stratum < 1 || stratum > 15 || delayMs < 0 || rootDistanceMs <= 0) return undefined;
  return { server, stratum, leap, offsetMs, delayMs, rootDistanceMs };
}

/** Milliseconds, rounded to whole microseconds; never -0. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000 + 0;
}
