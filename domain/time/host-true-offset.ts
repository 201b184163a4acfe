/** What is known of a clock: it minus true time (positive where it is fast), and how far that may be wrong. Milliseconds. */
export interface TrueOffset {
  offsetMs: number;
  errorBoundMs: number;
}

/** Resolution of the host's answer and of our own clock when the host is read. */
const readingErrorMs = 1;

/**
 * A host's own offset: its clock minus the appliance's (measured with every check as `clock_skew_ms`) plus the
 * appliance's minus true time. So hosts that an appliance finds wrong are told from an appliance that is wrong itself.
 *
 * @param roundTripMs Time in which the host was read; half of it is added to the bound. 0 where it is not known.
 */
export function hostTrueOffset(hostSkewMs: number, appliance: TrueOffset, roundTripMs = 0): TrueOffset {
  return {
    offsetMs: hostSkewMs + appliance.offsetMs,
    errorBoundMs: appliance.errorBoundMs + roundTripMs / 2 + readingErrorMs,
  };
}
