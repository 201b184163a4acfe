import type { Controls, Framework } from '../contracts/controls.ts';
import type { CheckStatus, Severity } from '../contracts/observation.ts';
import type { Gap } from '../evidence/completeness/gap.ts';

/** What a site's evidence says about controls in a time: all that reports are made of. Times are ISO 8601, UTC. */
export interface AssessmentReport {
  readonly site: string;
  /** When the report was made. */
  readonly createdAt: string;
  /** When the first and last entry were recorded; absent where there are none. */
  readonly from?: string;
  readonly to?: string;
  readonly firstSeq: number;
  readonly entries: number;
  readonly counts: { readonly incidents: number; readonly scans: number; readonly heartbeats: number };
  /** The last known state of each check on each host, by check and host. */
  readonly findings: readonly Finding[];
  /** Of all frameworks, by framework and control. */
  readonly controls: readonly ControlResult[];
  readonly acceptedRisks: readonly AcceptedRiskFact[];
  /** Undefined where it is not known what was to be expected. */
  readonly gaps: readonly Gap[] | undefined;
  readonly keys: readonly { readonly purpose: string; readonly fingerprint: string }[];
  /** The last anchored entry and its block. */
  readonly anchored?: { readonly seq: number; readonly height: number; readonly time: string };
}

/** Stands for the name of a host that was kept back. */
export const withheldHost = '(withheld)';

export interface Finding {
  readonly host: string;
  readonly check: string;
  readonly status: CheckStatus;
  readonly observedAt: string;
  /** Number of the ledger entry that says so. */
  readonly seq: number;
  readonly controls: Controls | undefined;
  /** The last incident, where there was one. */
  readonly incident?: IncidentFact;
}

export interface IncidentFact {
  readonly title: string;
  readonly severity: Severity | 'unknown';
  readonly moment: 'healed' | 'escalated' | 'risk_accepted' | 'closed';
  readonly openedAt: string;
  readonly recordedAt: string;
  readonly seq: number;
  /** How often incidents of this check on this host were put on record in this time. */
  readonly records: number;
}

export interface AcceptedRiskFact {
  readonly host: string;
  readonly check: string;
  readonly title: string;
  readonly acceptedAt: string;
  readonly expiresAt: string;
  readonly signers: readonly string[];
  readonly seq: number;
}

/**
 * - `met`: every finding of its checks passes
 * - `not_met`: a check fails or warns
 * - `accepted_risk`: none fails but those whose risk two people accepted, until a time that has not come
 * - `not_judged`: no check fails, and one could not be carried out or judged
 */
export type ControlStatus = 'met' | 'not_met' | 'accepted_risk' | 'not_judged';

export interface ControlResult {
  readonly framework: Framework;
  readonly control: string;
  readonly status: ControlStatus;
  readonly checks: readonly string[];
  readonly hosts: number;
  readonly passing: number;
  readonly failing: number;
  readonly accepted: number;
  readonly notJudged: number;
}
