import { z } from 'zod';
import type { RecordMoment } from '../../contracts/central-activities.ts';
import type { Controls } from '../../contracts/controls.ts';
import { controlsSchema } from '../../contracts/controls.ts';
import { checkIdSchema, hostIdSchema, siteIdSchema } from '../../contracts/ids.ts';
import type { Story } from '../../contracts/story.ts';
import { concatBytes, encodeUtf8 } from '../bytes.ts';
import { canonicalBytes } from '../canonical-json.ts';
import { digestSchema, type Sha256 } from '../digest.ts';
import { quoteString } from '../json-string.ts';
import { statementSchema, statementStart } from './in-toto.ts';

/** An incident at one moment, everything in clear. */

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

/** Members of an incident's record that are the same, and in clear, in every version of its predicate. */
export const incidentFacts = {
  recordId: z.uuid(),
  moment: z.enum(['healed', 'escalated', 'risk_accepted', 'closed'] satisfies RecordMoment[]),
  site: siteIdSchema,
  check: checkIdSchema,
  controls: controlsSchema,
  ruleDigest: digestSchema.optional(),
  runbookDigest: digestSchema.optional(),
  appliance: z.string().min(1).max(100),
  recordedAt: z.iso.datetime(),
  historyDigest: digestSchema.optional(),
};

/** The record in clear; also what an `incident/v2` gives once everything in it is disclosed. */
export const incidentRecordSchema = z
  .strictObject({
    ...incidentFacts,
    host: hostIdSchema,
    story: z.looseObject({ id: z.string(), site: siteIdSchema, host: hostIdSchema, check: checkIdSchema }),
  })
  .refine(
    ({ story, ...record }) =>
      story.site === record.site && story.host === record.host && story.check === record.check,
    'the story is about another site, host or check than the record',
  );

/**
 * Parses the statement of an incident. The story is checked for what ties it to the record and otherwise taken as signed:
 * records outlive the shape of stories.
 */
export const incidentStatementSchema = statementSchema(incidentPredicateType, incidentRecordSchema);
export type IncidentStatement = z.output<typeof incidentStatementSchema>;

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
