import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { hostTrueOffset } from './host-true-offset.ts';
import { judgeTime, type ClockReading, type TimeLimits } from './judge-time.ts';
import { readMeasurement, toMicroseconds } from './measurement-line.ts';
import type { TimeSource } from './time-source.ts';

/**
 * Analysis `sntp_servers`: what the servers that the collector `sntp` asked say about the appliance's clock.
 *
 * Reads the facts
 * - `measurements`, lines `server stratum leap offset_ms delay_ms distance_ms`, and `silent`, lines `server: reason`,
 *   both as the collector gives them
 * - `clock_skew_ms`, optional: the host's clock minus the appliance's
 *
 * and the parameters `min_agreeing` (3), `warn_ms` (5000) and `fail_ms` (60000), with their defaults.
 *
 * Gives the facts
 * - `verdict`: `pass`, `warning`, `fail` or `unknown`, and `verdict_reason`, a sentence
 * - `servers_asked`, `servers_answered`, `servers_agreeing`: counts
 * - `truechimers`, `falsetickers` (cannot be right if the majority is), `far` (too far from their reference): servers
 * - `clock_offset_ms`: the appliance's clock minus true time, and `clock_offset_abs_ms`; `error_bound_ms`: how far that
 *   may be wrong; `spread_ms` between the agreeing servers; `max_stratum` among them; `leap`: `none`, `insert`, `delete`
 * - `host_offset_ms`, `host_offset_abs_ms`: the host's clock minus true time, where `clock_skew_ms` is given
 *
 * The last two groups are missing where too few servers agree. Where a line cannot be read, there is `analysis_error`
 * and all else null.
 */
export const sntpServers = completing(
  [
    'verdict',
    'verdict_reason',
    'servers_asked',
    'servers_answered',
    'servers_agreeing',
    'truechimers',
    'falsetickers',
    'far',
    'clock_offset_ms',
    'clock_offset_abs_ms',
    'error_bound_ms',
    'spread_ms',
    'max_stratum',
    'leap',
    'host_offset_ms',
    'host_offset_abs_ms',
  ],
  analyse,
);

function analyse(facts: Facts, parameters: ParameterValues): Facts {
  const lines = facts['measurements'];
  const silent = facts['silent'] ?? [];
  if (!Array.isArray(lines) || !Array.isArray(silent))
    return { analysis_error: 'There are no measurements.' };
  const sources: TimeSource[] = [];
  for (const line of lines) {
    const source = readMeasurement(line);
    if (source === undefined) return { analysis_error: `This is not a measurement: ${line.slice(0, 200)}` };
    sources.push(source);
  }
  const { verdict, reason, selection, far, clock } = judgeTime(sources, limitsOf(parameters));
  return {
    verdict,
    verdict_reason: reason,
    servers_asked: lines.length + silent.length,
    servers_answered: lines.length,
    servers_agreeing: selection.truechimers.length,
    truechimers: names(selection.truechimers),
    falsetickers: names(selection.falsetickers),
    far: names(far),
    ...(clock === undefined ? {} : { ...clockFacts(clock), ...hostFacts(facts['clock_skew_ms'], clock) }),
  };
}

function limitsOf(parameters: ParameterValues): TimeLimits {
  const number = (name: string, otherwise: number) => {
    const value = parameters[name];
    return typeof value === 'number' ? value : otherwise;
  };
  return {
    minAgreeing: number('min_agreeing', 3),
    warnMs: number('warn_ms', 5_000),
    failMs: number('fail_ms', 60_000),
  };
}

function clockFacts(clock: ClockReading): Facts {
  return {
    clock_offset_ms: toMicroseconds(clock.offsetMs),
    clock_offset_abs_ms: toMicroseconds(Math.abs(clock.offsetMs)),
    error_bound_ms: toMicroseconds(clock.errorBoundMs),
    spread_ms: toMicroseconds(clock.spreadMs),
    max_stratum: clock.maxStratum,
    leap: clock.leap,
  };
}

function hostFacts(skewMs: Facts[string] | undefined, clock: ClockReading): Facts {
  if (typeof skewMs !== 'number') return {};
  const { offsetMs } = hostTrueOffset(skewMs, clock);
  return { host_offset_ms: toMicroseconds(offsetMs), host_offset_abs_ms: toMicroseconds(Math.abs(offsetMs)) };
}

function names(sources: readonly TimeSource[]): string[] {
  return sources.map(({ server }) => server);
}
