import { z } from 'zod';
import { checkIdSchema, siteIdSchema } from '../../contracts/ids.ts';
import type { Sha256 } from '../digest.ts';
import { commitFields } from '../disclosure/commit-fields.ts';
import { commitmentSchema, type Disclosure, type NewSalt } from '../disclosure/commitment.ts';
import type { Declaration } from '../disclosure/declaration.ts';
import { incidentFacts, type IncidentRecord } from './incident-v1.ts';
import { statementSchema, writeStatement } from './in-toto.ts';

/** An incident at one moment, with hosts, people, addresses and what came from hosts hidden behind commitments (H6). */

export const incidentV2PredicateType = 'https://malachor.dev/evidence/incident/v2';

/**
 * Who an incident names: its host, and people by their decisions. What people wrote counts as a name, too, because other
 * texts quote it. Hidden as a whole: facts, outputs, parameters, plans, and fingerprints of credentials.
 */
export const incidentDeclaration: Declaration = {
  names: [
    '/host',
    '/story/**/host',
    '/story/**/actor/name',
    '/story/**/acknowledgedBy',
    '/story/**/note',
    '/story/**/proposal/reason',
  ],
  whole: [
    '/story/**/facts/*',
    '/story/**/parameters/*',
    '/story/**/credential',
    '/story/**/captured/text',
    '/story/**/output/text',
    '/story/**/plannedCommands/*/script',
    '/story/plans/*/prompt',
    '/story/plans/*/answers/*',
  ],
  plain: [
    ...Object.keys(incidentFacts).map((fact) => `/${fact}`),
    '/story/**/site',
    '/story/**/check',
    '/story/**/state',
    '/story/**/status',
    '/story/**/severity',
    '/story/**/tier',
    '/story/**/kind',
    '/story/**/role',
    '/story/**/resolution',
    '/story/**/runbook',
    '/story/judgedFacts',
  ],
};

const hostReferenceSchema = z.strictObject({ $same: z.literal('/host') });

const incidentV2Schema = z
  .strictObject({
    ...incidentFacts,
    host: commitmentSchema,
    story: z.looseObject({ site: siteIdSchema, host: hostReferenceSchema, check: checkIdSchema }),
  })
  .refine(
    ({ story, ...record }) => story.site === record.site && story.check === record.check,
    'the story is about another site or check than the record',
  );

export const incidentV2StatementSchema = statementSchema(incidentV2PredicateType, incidentV2Schema);
export type IncidentV2Statement = z.output<typeof incidentV2StatementSchema>;

/** Canonical JSON of the record's statement, and what opens its commitments; its subject is the whole predicate. */
export function buildIncidentV2Statement(
  record: IncidentRecord,
  newSalt: NewSalt,
  sha256: Sha256,
): { payload: Uint8Array; disclosures: readonly Disclosure[] } {
  const { committed, disclosures } = commitFields(record, incidentDeclaration, newSalt, sha256);
  const predicate = incidentV2Schema.parse(committed);
  return { payload: writeStatement(incidentV2PredicateType, predicate, sha256), disclosures };
}
