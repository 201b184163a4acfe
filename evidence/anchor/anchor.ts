import { z } from 'zod';
import { digestSchema } from '../digest.ts';
import { maxBatchSize } from './batch.ts';

/** Most proofs have one header for each calendar. */
const maxHeaders = 16;
const maxTokens = 8;

/** A Bitcoin block header and the height it claims. */
export const blockHeaderSchema = z.strictObject({
  height: z.number().int().min(0).max(0xffff_ffff),
  /** The raw header, 80 bytes in hex. */
  header: z.string().regex(/^[0-9a-f]{160}$/, 'a block header is 160 lower-case hex digits'),
});
export type HeaderAtHeight = z.output<typeof blockHeaderSchema>;

/**
 * How one site's checkpoint is anchored in time, as it stands in an archive: from the checkpoint to the root of a batch, and from
 * the batch file to block headers and timestamp tokens. Base64 and hex as in docs/evidence/format.md.
 */
export const anchorSchema = z.strictObject({
  /** The signed note, whole. Its signed lines are leaf `index` of the batch. */
  checkpoint: z.string().max(16_384),
  batch: z.strictObject({
    size: z.number().int().min(1).max(maxBatchSize),
    index: z.number().int().min(0).max(maxBatchSize),
    /** Inclusion proof of RFC 9162 section 2.1.3. */
    proof: z.array(digestSchema).max(32),
    root: digestSchema,
  }),
  /** A whole `.ots` file, base64: the timestamp of the batch file's SHA-256. */
  ots: z.string().max(90_000),
  /** One for each Bitcoin attestation of `ots` that stands at another height, in ascending order; no others. */
  headers: z.array(blockHeaderSchema).max(maxHeaders),
  /** RFC 3161 time-stamp tokens (DER, base64) over the batch file's SHA-256. */
  tokens: z.array(z.string().max(90_000)).max(maxTokens),
});
export type Anchor = z.output<typeof anchorSchema>;
