import { z } from 'zod';
import { parameterValuesSchema } from './catalog/parameter.ts';
import { hostIdSchema, runbookIdSchema, siteIdSchema } from './ids.ts';

/** DSSE payload type of a signed order. */
export const orderPayloadType = 'application/vnd.malachor.order+json';

/**
 * A signed instruction to an appliance (A10). The appliance runs nothing without one, and nothing but what it says:
 * it checks signature, site, host, expiry, nonce and the digest of its own copy of the runbook.
 */
export const orderSchema = z.strictObject({
  /** UUID; the key of the executed-orders journal. */
  id: z.uuid(),
  site: siteIdSchema,
  host: hostIdSchema,
  /** Workflow id of the incident it serves. */
  incident: z.string().max(300),
  /** `execute` captures and remediates; `dry_run` prints what would run; `rollback` undoes order `undoes`. */
  action: z.enum(['execute', 'dry_run', 'rollback']),
  /** The order whose captured state a rollback restores. */
  undoes: z.uuid().optional(),
  runbook: runbookIdSchema,
  /** SHA-256, hex, of the runbook's canonical JSON. */
  runbookDigest: z.string().regex(/^[0-9a-f]{64}$/),
  parameters: parameterValuesSchema,
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  issuedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Order = z.output<typeof orderSchema>;

/** A DSSE envelope (github.com/secure-systems-lab/dsse), `payload` and `sig` in base64. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().max(200),
  payload: z.base64(),
  signatures: z.array(z.strictObject({ keyid: z.string().max(100), sig: z.base64() })).min(1),
});
export type Envelope = z.output<typeof envelopeSchema>;

/** A script that would run, printed by a dry run. */
export const plannedCommandSchema = z.strictObject({ step: z.string(), script: z.string() });

/** Output of one script as it travels: the beginning, and the digest of the whole. */
export const outputSchema = z.strictObject({
  text: z.string(),
  /** Bytes of the whole output. */
  bytes: z.number().int(),
  /** SHA-256, hex, of the whole output. */
  sha256: z.string(),
  truncated: z.boolean(),
});
export type ScriptOutput = z.output<typeof outputSchema>;

export const orderRefusalCodes = [
  'signature_invalid',
  'order_malformed',
  'wrong_site',
  'wrong_host',
  'expired',
  'not_yet_valid',
  'replayed',
  'runbook_unknown',
  'runbook_digest_mismatch',
  'runbook_not_runnable',
  'parameters_invalid',
  'nothing_to_undo',
] as const;

/**
 * What became of an order, as journalled at the appliance. A retried activity gets the journalled outcome.
 * - `completed`: all scripts exited 0
 * - `failed`: a script exited otherwise, or the transport broke before the remediation script started
 * - `interrupted`: the remediation started and its end is not known (crash, cut connection, time limit)
 * - `refused`: the order did not pass the checks; nothing ran
 * - `would_have_run`: dry run; nothing ran
 */
export const orderOutcomeSchema = z.strictObject({
  orderId: z.uuid(),
  result: z.enum(['completed', 'failed', 'interrupted', 'refused', 'would_have_run']),
  refusal: z.enum(orderRefusalCodes).optional(),
  /** One sentence for people, with the next step where it went wrong. */
  message: z.string(),
  captured: outputSchema.optional(),
  output: outputSchema.optional(),
  plannedCommands: z.array(plannedCommandSchema).optional(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
});
export type OrderOutcome = z.output<typeof orderOutcomeSchema>;
