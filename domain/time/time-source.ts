import type { TimeSample } from './read-reply.ts';

/** One server's clock as its best sample has it. Times in milliseconds. */
export interface TimeSource {
  /** As asked for: a name or an address, with the port where it is not 123. */
  server: string;
  /** True time minus our clock, by this server. */
  offsetMs: number;
  delayMs: number;
  /** Half the width of the interval that holds the true offset, if the server is right. RFC 5905's lambda. */
  rootDistanceMs: number;
  stratum: number;
  leap: number;
}

/** Least delay that is believed (MINDISP, RFC 5905 figure 5). */
const minDelayMs = 5;
/** A server farther than this from its reference clock is no candidate (MAXDIST). */
const maxDistanceMs = 1_500;

/**
 * The source of some samples of one server: the sample with the least delay, since waiting on the way is what makes the
 * two ways differ (RFC 5905 section 10); the others tell how much it jitters. Undefined without samples.
 */
export function sourceOf(server: string, samples: readonly TimeSample[]): TimeSource | undefined {
  const best = samples.reduce<TimeSample | undefined>(
    (least, sample) => (least === undefined || sample.delayMs < least.delayMs ? sample : least),
    undefined,
  );
  if (best === undefined) return undefined;
  const { offsetMs, delayMs, stratum, leap } = best;
  const rootDistanceMs =
    Math.max(minDelayMs, best.rootDelayMs + delayMs) / 2 +
    best.rootDispersionMs +
    best.dispersionMs +
    jitterMs(best, samples);
  return { server, offsetMs, delayMs, rootDistanceMs, stratum, leap };
}

/** Root mean square of the other samples' distance from the best one (psi, RFC 5905 section 10). */
function jitterMs(best: TimeSample, samples: readonly TimeSample[]): number {
  if (samples.length < 2) return 0;
  const squares = samples.reduce((sum, sample) => sum + (sample.offsetMs - best.offsetMs) ** 2, 0);
  return Math.sqrt(squares / (samples.length - 1));
}

/**
 * Whether a source says enough to take part in the selection. One with so wide an interval would agree with
 * everybody.
 */
export function isCandidate({ rootDistanceMs }: TimeSource): boolean {
  return rootDistanceMs <= maxDistanceMs;
}
