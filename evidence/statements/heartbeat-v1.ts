import { z } from 'zod';
import { siteIdSchema } from '../../contracts/ids.ts';
import type { Sha256 } from '../digest.ts';
import { statementSchema, writeStatement } from './in-toto.ts';

/** A sign of life that an appliance signs itself, so that silence is told from absence (H4). */

export const heartbeatPredicateType = 'https://malachor.dev/evidence/heartbeat/v1';

export const heartbeatSchema = z.strictObject({
  /** UUID; a record made twice is one record. */
  recordId: z.uuid(),
  site: siteIdSchema,
  appliance: z.string().min(1).max(100),
  /**
   * One more than in the heartbeat before, from 1, kept over restarts: a number that is not in the ledger is a heartbeat
   * that was made and is missing.
   */
  sequence: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Of the machine, another at every boot; on Linux /proc/sys/kernel/random/boot_id. */
  bootId: z.uuid(),
  /** Since that boot. */
  uptimeSeconds: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** The next heartbeat is due this long after. */
  periodSeconds: z.number().int().min(1).max(86_400),
  /** By the appliance's own clock. ISO 8601, UTC. */
  madeAt: z.iso.datetime(),
  /** The last scan that ended, as its statements name it; absent where there was none since the appliance was set up. */
  lastScan: z.strictObject({ scan: z.string().min(1).max(300), endedAt: z.iso.datetime() }).optional(),
  clock: z.strictObject({
    /** Whether the appliance's clock follows a time source; `unknown` where that could not be read. */
    state: z.enum(['synchronised', 'unsynchronised', 'unknown']),
    /** The source's time minus the appliance's, where it is known. */
    offsetMs: z.number().optional(),
  }),
});
export type Heartbeat = z.output<typeof heartbeatSchema>;

export const heartbeatStatementSchema = statementSchema(heartbeatPredicateType, heartbeatSchema);
export type HeartbeatStatement = z.output<typeof heartbeatStatementSchema>;

/** Canonical JSON of the heartbeat's statement; its subject is the whole predicate. */
export function buildHeartbeatStatement(heartbeat: Heartbeat, sha256: Sha256): Uint8Array {
  return writeStatement(heartbeatPredicateType, heartbeat, sha256);
}
