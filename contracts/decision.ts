import { z } from 'zod';
import { parameterValuesSchema } from './catalog/parameter.ts';
import { runbookIdSchema } from './ids.ts';

/** Who decided, and how we know. */
export const actorSchema = z.strictObject({
  name: z.string().min(1).max(100),
  role: z.enum(['admin', 'operator', 'readonly']),
  /** How the person authenticated. */
  method: z.enum(['bearer-token']),
  /** Fingerprint of the credential (first 16 hex of its SHA-256), so that two names on one credential show. */
  credential: z.string().regex(/^[0-9a-f]{16}$/),
});
export type Actor = z.output<typeof actorSchema>;

const base = {
  /** UUID chosen by the caller; the same id decides once however often it is sent. */
  id: z.uuid(),
};
const note = z.string().min(3).max(2_000);

/** What a person may decide about an incident that waits at L3 (A8). */
export const decisionRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...base,
    kind: z.literal('approve'),
    /** Another runbook than the proposed one. */
    runbook: runbookIdSchema.optional(),
    parameters: parameterValuesSchema.optional(),
    note: note.optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('reject'), note }),
  z.strictObject({ ...base, kind: z.literal('snooze'), until: z.iso.datetime(), note: note.optional() }),
  z.strictObject({
    ...base,
    kind: z.literal('accept'),
    /** At most 366 days away; both signers give the same. */
    expiresAt: z.iso.datetime(),
    note,
    /** Digest of the state the signer saw; refused where it has moved since. */
    stateDigest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  z.strictObject({ ...base, kind: z.literal('resolve'), note }),
]);
export type DecisionRequest = z.output<typeof decisionRequestSchema>;

/** A decision as recorded: the request, who made it and when it was taken. */
export const decisionSchema = z.strictObject({
  request: decisionRequestSchema,
  actor: actorSchema,
  at: z.iso.datetime(),
  /** Of an `accept`: digest of the state that was accepted. */
  stateDigest: z.string().optional(),
});
export type Decision = z.output<typeof decisionSchema>;

/** Stable codes of a refused decision, sent as the application failure's type. */
export const decisionRefusals = [
  'not_waiting',
  'role_not_allowed',
  'already_decided',
  'same_person',
  'runbook_not_enabled',
  'runbook_needed',
  'parameters_invalid',
  'time_not_in_future',
  'time_too_far',
  'state_moved',
] as const;
export type DecisionRefusal = (typeof decisionRefusals)[number];

/** Answer to an accepted decision. */
export interface DecisionReceipt {
  decisionId: string;
  accepted: true;
  /** `needs_second_approval` where two people must decide alike and this was the first. */
  effect: 'applied' | 'needs_second_approval';
  message: string;
}
