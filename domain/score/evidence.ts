import type { Metric } from '../../contracts/catalog/check.ts';
import type { CheckStatus, Severity } from '../../contracts/observation.ts';

/**
 * What is known of a check on a host: its last status, or why there is none that counts. `stale`: last looked at too long
 * ago. `missing`: never looked at. `disabled`: the site turned it off.
 */
export const evidenceStatuses = [
  'pass',
  'warning',
  'fail',
  'error',
  'unknown',
  'stale',
  'missing',
  'disabled',
] as const satisfies readonly (CheckStatus | 'stale' | 'missing' | 'disabled')[];
export type EvidenceStatus = (typeof evidenceStatuses)[number];

/** One check that a host is held to and that counts in the score. */
export interface CheckEvidence {
  check: string;
  title: string;
  metric: Metric;
  severity: Severity;
  status: EvidenceStatus;
  /** One sentence: what was found, or why nothing counts. */
  message: string;
  /** What the observation itself says to do next. */
  nextStep?: string;
  /** ISO 8601. */
  observedAt?: string;
  /** Until when two people accept that it is so; it is lost all the same. */
  acceptedUntil?: string;
}

/** All checks of a host that count; each once for a metric. */
export interface HostEvidence {
  host: string;
  checks: readonly CheckEvidence[];
}

/** All hosts of a site; each host once. */
export interface SiteEvidence {
  site: string;
  hosts: readonly HostEvidence[];
}
