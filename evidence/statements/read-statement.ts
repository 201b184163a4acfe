import { z } from 'zod';
import { decodeUtf8 } from '../bytes.ts';
import { canonicalBytes, canonicalJson } from '../canonical-json.ts';
import type { Sha256 } from '../digest.ts';
import { findHidden } from '../disclosure/hidden-places.ts';
import { heartbeatPredicateType, heartbeatStatementSchema } from './heartbeat-v1.ts';
import { incidentPredicateType, incidentStatementSchema } from './incident-v1.ts';
import { incidentV2PredicateType, incidentV2StatementSchema } from './incident-v2.ts';
import { scanPredicateType, scanStatementSchema } from './scan-v1.ts';

/** Schemas of all statements, by predicate type. None is ever taken out or narrowed: what was signed must be read for ever. */
export const statementSchemas = {
  [incidentPredicateType]: incidentStatementSchema,
  [incidentV2PredicateType]: incidentV2StatementSchema,
  [scanPredicateType]: scanStatementSchema,
  [heartbeatPredicateType]: heartbeatStatementSchema,
};

/** Anything that is put on record; `predicateType` tells which. */
export type Statement = z.output<(typeof statementSchemas)[keyof typeof statementSchemas]>;

export type StatementReading =
  | { ok: true; statement: Statement }
  | { ok: false; code: 'bundle_malformed' | 'subject_mismatch'; reason: string };

const typeSchema = z.looseObject({
  predicateType: z.enum(Object.keys(statementSchemas) as [keyof typeof statementSchemas]),
});

/**
 * Reads a bundle's payload: canonical JSON of a statement of a known predicate type, whose subject digest is right and whose
 * commitments, where it has any, are well formed. Never throws.
 */
export function readStatement(payload: Uint8Array, sha256: Sha256): StatementReading {
  const text = decodeUtf8(payload);
  const json = text === undefined ? undefined : parseJson(text);
  if (json === undefined) return malformed('the payload is not JSON in UTF-8');
  const type = typeSchema.safeParse(json);
  if (!type.success) return malformed(firstIssue(type.error));
  const parsed = statementSchemas[type.data.predicateType].safeParse(json);
  if (!parsed.success) return malformed(firstIssue(parsed.error));
  const statement = parsed.data;
  if (canonicalJsonOf(json) !== text) return malformed('the payload is not canonical JSON');
  if (statement.predicateType !== incidentPredicateType) {
    const hidden = findHidden(statement.predicate);
    if (!hidden.ok) return malformed(hidden.reason);
  }
  return checkSubject(statement, sha256);
}

function checkSubject(statement: Statement, sha256: Sha256): StatementReading {
  const [subject] = statement.subject;
  const { name, content, what } =
    statement.predicateType === incidentPredicateType
      ? { name: statement.predicate.story.id, content: statement.predicate.story, what: 'story' }
      : { name: statement.predicate.recordId, content: statement.predicate, what: 'predicate' };
  if (subject.digest.sha256 !== sha256(canonicalBytes(content))) {
    return { ok: false, code: 'subject_mismatch', reason: `the subject digest is not that of the ${what}` };
  }
  if (subject.name !== name) {
    return { ok: false, code: 'subject_mismatch', reason: `the subject name is not the id of the ${what}` };
  }
  return { ok: true, statement };
}

function malformed(reason: string): StatementReading {
  return { ok: false, code: 'bundle_malformed', reason };
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a statement'}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function canonicalJsonOf(json: unknown): string | undefined {
  try {
    return canonicalJson(json);
  } catch {
    return undefined;
  }
}
