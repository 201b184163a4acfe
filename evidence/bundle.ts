import { z } from 'zod';
import type { Controls } from '../contracts/controls.ts';
import type { RecordMoment } from '../contracts/central-activities.ts';
import { controlsSchema } from '../contracts/controls.ts';
import { checkIdSchema, hostIdSchema, siteIdSchema } from '../contracts/ids.ts';
import type { Envelope } from '../contracts/order.ts';
import type { Story } from '../contracts/story.ts';
import { concatBytes, decodeUtf8, encodeUtf8 } from './bytes.ts';
import { canonicalBytes, canonicalJson } from './canonical-json.ts';
import { digestSchema, type Sha256 } from './digest.ts';
import { signEnvelope } from './dsse.ts';
import { quoteString } from './json-string.ts';
import type { Signer } from './signer.ts';

/** A bundle is an in-toto Statement v1 about one incident (github.com/in-toto/attestation), signed as DSSE. */

export const bundlePayloadType = 'application/vnd.in-toto+json';
export const statementType = 'https://in-toto.io/Statement/v1';
export const incidentPredicateType = 'https://malachor.dev/evidence/incident/v1';

/** What is put on record about an incident at one moment. */
export interface IncidentRecord {
  /** UUID; a record made twice is one record. */
  recordId: string;
  moment: RecordMoment;
  site: string;
  host: string;
  check: string;
  /** Controls of the five frameworks the check stands for. */
  controls: Controls;
  story: Story;
  /** SHA-256 (hex) of canonical JSON: the rule that matched and the runbook that ran, where any did. */
  ruleDigest?: string | undefined;
  runbookDigest?: string | undefined;
  /** The appliance that carried it out. */
  appliance: string;
  /** ISO 8601, UTC. */
  recordedAt: string;
  /** SHA-256 (hex) of the workflow history behind the story, where it was kept. */
  historyDigest?: string | undefined;
}

/**
 * Parses the statement of an incident. The story is checked for what ties it to the record and otherwise taken as signed:
 * records outlive the shape of stories.
 */
export const incidentStatementSchema = z
  .strictObject({
    _type: z.literal(statementType),
    subject: z.tuple([
      z.strictObject({ name: z.string().max(300), digest: z.strictObject({ sha256: digestSchema }) }),
    ]),
    predicateType: z.literal(incidentPredicateType),
    predicate: z.strictObject({
      recordId: z.uuid(),
      moment: z.enum(['healed', 'escalated', 'risk_accepted', 'closed'] satisfies RecordMoment[]),
      site: siteIdSchema,
      host: hostIdSchema,
      check: checkIdSchema,
      controls: controlsSchema,
      story: z.looseObject({ id: z.string(), site: siteIdSchema, host: hostIdSchema, check: checkIdSchema }),
      ruleDigest: digestSchema.optional(),
      runbookDigest: digestSchema.optional(),
      appliance: z.string().min(1).max(100),
      recordedAt: z.iso.datetime(),
      historyDigest: digestSchema.optional(),
    }),
  })
  .refine(
    ({ predicate: { story, ...record } }) =>
      story.site === record.site && story.host === record.host && story.check === record.check,
    'the story is about another site, host or check than the record',
  );
export type IncidentStatement = z.output<typeof incidentStatementSchema>;

const statementStart = encodeUtf8(`{"_type":"${statementType}","predicate":`);
const storyStart = encodeUtf8(',"story":');

/**
 * Canonical JSON of the record's statement. Its subject is the story: named by the incident's id, with the SHA-256 of the
 * story's canonical JSON, so that anyone who has the story can tell whether it is the one on record.
 */
export function buildStatement(record: IncidentRecord, sha256: Sha256): Uint8Array {
  const { story, ...facts } = record;
  const storyBytes = canonicalBytes(story);
  const subject = `[{"digest":{"sha256":"${sha256(storyBytes)}"},"name":${quoteString(story.id)}}]`;
  // `story` is the last member of the predicate and `predicate` the second of the statement, so the story is written once.
  const after = `},"predicateType":"${incidentPredicateType}","subject":${subject}}`;
  return concatBytes([
    statementStart,
    canonicalBytes(facts).subarray(0, -1),
    storyStart,
    storyBytes,
    encodeUtf8(after),
  ]);
}

/** The record's signed bundle. */
export function signBundle(
  record: IncidentRecord,
  signers: readonly [Signer, ...Signer[]],
  sha256: Sha256,
): Envelope {
  return signEnvelope(bundlePayloadType, buildStatement(record, sha256), signers);
}

export type BundleReading =
  | { ok: true; statement: IncidentStatement }
  | { ok: false; code: 'bundle_malformed' | 'subject_mismatch'; reason: string };

/** Reads a bundle's payload: canonical JSON of a statement whose subject digest is its story's. Never throws. */
export function readStatement(payload: Uint8Array, sha256: Sha256): BundleReading {
  const text = decodeUtf8(payload);
  const json = text === undefined ? undefined : parseJson(text);
  if (json === undefined) return malformed('the payload is not JSON in UTF-8');
  const parsed = incidentStatementSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an incident statement'}`);
  }
  const statement = parsed.data;
  if (canonicalJsonOf(json) !== text) return malformed('the payload is not canonical JSON');
  const [subject] = statement.subject;
  if (subject.digest.sha256 !== sha256(canonicalBytes(statement.predicate.story))) {
    return { ok: false, code: 'subject_mismatch', reason: 'the subject digest is not that of the story' };
  }
  if (subject.name !== statement.predicate.story.id) {
    return { ok: false, code: 'subject_mismatch', reason: 'the subject name is not the id of the story' };
  }
  return { ok: true, statement };
}

function malformed(reason: string): BundleReading {
  return { ok: false, code: 'bundle_malformed', reason };
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
