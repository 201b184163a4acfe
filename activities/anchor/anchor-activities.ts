import type { CalendarStanding, LookOutcome } from '../../domain/anchor/anchor-progress.ts';

/** Anchoring as the workflow `anchor` sees it. Each is retried for as long as it takes: a batch is never given up. */
export interface AnchorActivities {
  /**
   * Makes the batch of all ledgers that have grown since they were last in one; undefined where none has. Idempotent by
   * `batch`: a second call gives the batch that the first one made.
   * @param input.batch UUID
   */
  formBatch(input: { batch: string; at: string }): Promise<{ size: number; root: string } | undefined>;
  /** Has the batch stamped, and keeps the proof with all that an earlier one promised. */
  stampBatch(input: { batch: string }): Promise<{ standings: CalendarStanding[] }>;
  /** Asks calendars and chain, and keeps what they say. */
  lookAtBatch(input: { batch: string }): Promise<LookOutcome>;
  /** Notes that a block attests the batch for good. */
  settleBatch(input: { batch: string; at: string }): Promise<void>;
}
