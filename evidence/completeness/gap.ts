/**
 * Why a time is not covered:
 * - `appliance_down`: no heartbeat was made; by its numbers none is missing
 * - `unreachable`: heartbeats were made and arrived late
 * - `silent`: heartbeats were made and arrived, and scans were not
 * - `records_missing`: by its numbers heartbeats were made that are not in the ledger
 * - `undetermined`: nothing is known of the appliance before or after, so it cannot be told
 */
export type GapReason = 'appliance_down' | 'unreachable' | 'silent' | 'records_missing' | 'undetermined';

/** A time for which something that should be on record is not. */
export interface Gap {
  readonly what: 'heartbeats' | 'scans';
  readonly reason: GapReason;
  /** ISO 8601, UTC; `from` inclusive, `to` exclusive, by the appliance's clock. */
  readonly from: string;
  readonly to: string;
  /** Of heartbeats: whose. */
  readonly appliance?: string;
  /** How many heartbeats or scans; of late ones, how many were late. */
  readonly missed: number;
  /** Of `appliance_down`: whether the machine booted meanwhile. Otherwise only the program was not running. */
  readonly hasRebooted?: boolean;
  /** Numbers of the ledger entries it follows from: the last before and the first after, or the late ones' first and last. */
  readonly entries: readonly number[];
}

/** What contradicts the order of time or the numbers of heartbeats, and so weakens what is said of gaps. */
export interface Anomaly {
  /**
   * - `sequence_repeated`: an appliance gave two heartbeats one number; its state or its key was copied
   * - `clock_set_back`: a heartbeat says it was made before the one that precedes it
   * - `made_after_received`: it says it was made later than it arrived, by more than the tolerance
   * - `scan_incomplete`: a scan whose last page, or one before it, is not in the ledger
   */
  readonly kind: 'sequence_repeated' | 'clock_set_back' | 'made_after_received' | 'scan_incomplete';
  readonly entries: readonly number[];
}
