/** Between an appliance's heartbeats, and between fetches of what it signed. */
export const heartbeatSeconds = 300;

/** What a site is to put on record from a time on, until the next. */
export interface EvidenceExpectation {
  /** ISO 8601, UTC. */
  from: string;
  heartbeatSeconds: number;
  /** 0 where none are made by schedule. */
  scanSeconds: number;
  /** Scans are due at whole multiples of `scanSeconds` since 1970, and this long after. */
  scanOffsetSeconds: number;
  toleranceSeconds: number;
}

/**
 * What is due of a site that is scanned every `scanMinutes`, or by schedule never where that is 0. Temporal fires an interval at whole multiples of it since 1970. A
 * heartbeat waits for the next fetch, and one fetch that fails is no gap.
 */
export function evidenceExpectation(from: string, scanMinutes: number): EvidenceExpectation {
  return {
    from,
    heartbeatSeconds,
    scanSeconds: Math.round(scanMinutes * 60),
    scanOffsetSeconds: 0,
    toleranceSeconds: 2 * heartbeatSeconds,
  };
}
