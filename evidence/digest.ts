import { z } from 'zod';

/**
 * SHA-256 (FIPS 180-4) in lower-case hex; text is hashed as UTF-8. An argument of everything that hashes, so that Node
 * (evidence/node) and any other platform (evidence/portable) each bring their own.
 */
export type Sha256 = (data: Uint8Array | string) => string;

/** A SHA-256 in lower-case hex. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a digest is 64 lower-case hex digits');
