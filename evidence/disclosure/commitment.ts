import { z } from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { digestSchema, type Sha256 } from '../digest.ts';

/**
 * Salted commitments, after the model of SD-JWT (RFC 9901): what is signed holds a hash, and the value travels beside it
 * with its salt, to be shown or kept back. Other than there, the hash also covers the place, so that a value cannot be
 * shown at another.
 */

/** What stands in a signed predicate where a value is hidden. */
export const commitmentSchema = z.strictObject({ $commitment: digestSchema });
export type Commitment = z.output<typeof commitmentSchema>;

/** Stands for the value of the commitment at that JSON Pointer (RFC 6901, from the predicate's root) in the same predicate. */
export const sameValueSchema = z.strictObject({ $same: z.string().max(1_000) });
export type SameValue = z.output<typeof sameValueSchema>;

/** 128 bits as lower-case hex; a new one for every commitment. */
export const saltSchema = z.string().regex(/^[0-9a-f]{32}$/, 'a salt is 32 lower-case hex digits');

/** Salt, place (JSON Pointer from the predicate's root) and value: what opens the commitment at that place. */
export const disclosureSchema = z.tuple([saltSchema, z.string().max(1_000), z.json()]);
export type Disclosure = readonly [salt: string, path: string, value: unknown];

const domain = 'malachor.dev/evidence/disclosure/v1\n';

/** SHA-256 of the line `malachor.dev/evidence/disclosure/v1` and the canonical JSON of `[salt, path, value]`. */
export function commitmentOf([salt, path, value]: Disclosure, sha256: Sha256): Commitment {
  return { $commitment: sha256(domain + canonicalJson([salt, path, value])) };
}

/** Gives 16 bytes, unpredictable and never the same. */
export type NewSalt = () => Uint8Array;
