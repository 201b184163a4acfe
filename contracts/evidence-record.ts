import { z } from 'zod';
import { envelopeSchema } from './order.ts';

/**
 * What an appliance signed where it was made, on its way to the site's ledger. The signed statement names it, its site and its
 * appliance; what is said here beside it is looked up there.
 */
export const signedRecordSchema = z.strictObject({
  /** The statement's `recordId`; a record that arrives twice is one entry. */
  recordId: z.uuid(),
  envelope: envelopeSchema,
  /** What opens the statement's commitments, see docs/evidence/format.md; empty where it hides nothing. */
  disclosures: z.array(z.unknown()).max(100_000),
});
export type SignedRecord = z.output<typeof signedRecordSchema>;

/** What became of a record. */
export const settledRecordSchema = z.discriminatedUnion('outcome', [
  /** It is in the ledger, durably; `entry` is its number. */
  z.strictObject({ recordId: z.uuid(), outcome: z.literal('taken'), entry: z.number().int().min(0) }),
  /** It will never be taken as it is. */
  z.strictObject({ recordId: z.uuid(), outcome: z.literal('refused'), reason: z.string().max(2_000) }),
]);
export type SettledRecord = z.output<typeof settledRecordSchema>;

/** Bytes of JSON that travel at a time. Temporal refuses a payload of more than 2 MiB. */
export const maxRecordsBytes = 1_000_000;
/** Records that travel at a time. */
export const maxRecords = 200;

/** What an appliance's evidence activity is asked, and what it gives. */
export interface HandOverInput {
  site: string;
  /** What became of those handed over before. */
  settled: SettledRecord[];
}
export interface HandOver {
  /** The oldest records that nothing is known of yet; none where all are settled. */
  records: SignedRecord[];
}
