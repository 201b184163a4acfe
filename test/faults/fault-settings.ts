import { randomInt } from 'node:crypto';
import { z } from 'zod';

const count = z.coerce
  .number()
  .int()
  .min(1)
  .max(2 ** 31);

/** How long the kill test is, and which. */
export interface FaultSettings {
  kills: number;
  /** Replays a run: the same kills and drifts in the same order. */
  seed: number;
  /** File that gets the timeline, whatever comes of the run. */
  timelineFile: string | undefined;
}

/**
 * `MALACHOR_FAULT_KILLS` (10 without it), `MALACHOR_FAULT_SEED` (a new one without it) and `MALACHOR_FAULT_TIMELINE`.
 * Throws where a number is none.
 */
export function readFaultSettings(environment: NodeJS.ProcessEnv): FaultSettings {
  return {
    kills: count.default(10).parse(environment['MALACHOR_FAULT_KILLS']),
    seed: count.default(() => randomInt(1, 2 ** 31)).parse(environment['MALACHOR_FAULT_SEED']),
    timelineFile: environment['MALACHOR_FAULT_TIMELINE'],
  };
}
