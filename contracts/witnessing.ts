import { z } from 'zod';

/** What passes between central, which keeps a ledger, and the appliance that cosigns its checkpoints. */

/**
 * Why a witness does not cosign:
 *
 * - `malformed`: no checkpoint, or smaller than the size it claims to follow
 * - `unknown_log`: not a log this witness works for
 * - `not_signed`: not, or wrongly, signed by the log
 * - `rollback`: fewer entries than were cosigned before
 * - `fork`: as many entries as were cosigned before, but others
 * - `conflict`: follows another size than was cosigned last; `size` says which
 * - `inconsistent`: the proof does not lead from what was cosigned to this
 */
export const witnessRefusals = [
  'malformed',
  'unknown_log',
  'not_signed',
  'rollback',
  'fork',
  'conflict',
  'inconsistent',
] as const;
export type WitnessRefusal = (typeof witnessRefusals)[number];

const refusalSchema = z.enum(witnessRefusals);
const nameSchema = z.string().min(1).max(300);

/** What an appliance answers to `cosignCheckpoint`. Central believes of it what it can verify. */
export const cosignAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cosigned'),
    witness: nameSchema,
    /** The signature line, with its newline, that goes under the checkpoint. */
    cosignature: z.string().max(1_000),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    witness: nameSchema,
    code: refusalSchema,
    /** Size cosigned last, where the request follows another; 0 for none. */
    size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
]);
export type CosignAnswer = z.output<typeof cosignAnswerSchema>;
