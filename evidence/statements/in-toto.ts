import { z } from 'zod';
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { digestSchema, type Sha256 } from '../digest.ts';
import { quoteString } from '../json-string.ts';

/** What all statements share: in-toto Statement v1 (github.com/in-toto/attestation) in a DSSE envelope. */

export const bundlePayloadType = 'application/vnd.in-toto+json';
export const statementType = 'https://in-toto.io/Statement/v1';

/** The one subject: a name, and the SHA-256 of the canonical JSON it stands for. */
export const subjectSchema = z.tuple([
  z.strictObject({ name: z.string().max(300), digest: z.strictObject({ sha256: digestSchema }) }),
]);

export const statementStart = encodeUtf8(`{"_type":"${statementType}","predicate":`);

/** Schema of a statement with one predicate type. */
export function statementSchema<Type extends string, Predicate extends z.ZodType>(
  predicateType: Type,
  predicate: Predicate,
) {
  return z.strictObject({
    _type: z.literal(statementType),
    subject: subjectSchema,
    predicateType: z.literal(predicateType),
    predicate,
  });
}

/**
 * Canonical JSON of a statement whose subject is its whole predicate, named by the record's id. Every predicate type but
 * the first (`incident/v1`, whose subject is the story) is written so.
 */
export function writeStatement(
  predicateType: string,
  predicate: { readonly recordId: string },
  sha256: Sha256,
): Uint8Array {
  const bytes = canonicalBytes(predicate);
  const subject = `[{"digest":{"sha256":"${sha256(bytes)}"},"name":${quoteString(predicate.recordId)}}]`;
  // `predicate` is the second member, so the predicate is written once.
  return concatBytes([
    statementStart,
    bytes,
    encodeUtf8(`,"predicateType":${quoteString(predicateType)},"subject":${subject}}`),
  ]);
}
