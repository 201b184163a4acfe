import { z } from 'zod';
import { checkIdSchema, hostIdSchema, siteIdSchema } from '../../contracts/ids.ts';
import { checkStatusSchema, probeErrorCodes } from '../../contracts/observation.ts';
import { canonicalJson } from '../canonical-json.ts';
import { digestSchema, type Sha256 } from '../digest.ts';
import { commitFields } from '../disclosure/commit-fields.ts';
import { commitmentSchema, type Disclosure, type NewSalt, saltSchema } from '../disclosure/commitment.ts';
import type { Declaration } from '../disclosure/declaration.ts';
import { statementSchema, writeStatement } from './in-toto.ts';

/** One page of one scan of a site: what was looked at and what was found, passes included (H4). */

export const scanPredicateType = 'https://malachor.dev/evidence/scan/v1';

/** What a check found on a host. */
const scannedCheckSchema = z.strictObject({
  status: checkStatusSchema,
  /** `factsDigest` of the facts it was judged by. */
  facts: digestSchema,
  /** Why it could not be carried out or judged, where that is so. */
  error: z.enum(probeErrorCodes).optional(),
});

const scanFacts = {
  /** UUID; a record made twice is one record. */
  recordId: z.uuid(),
  site: siteIdSchema,
  appliance: z.string().min(1).max(100),
  /** Names the scan; its pages have the same. */
  scan: z.string().min(1).max(300),
  /** Number of this page, from 0; the scan is whole with the page that is the last and all before it. */
  page: z.number().int().min(0).max(99_999),
  isLast: z.boolean(),
  /** The time of the schedule that it answers; absent of a scan that somebody asked for. */
  scheduledAt: z.iso.datetime().optional(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** SHA-256 (hex) of the canonical JSON of the catalogue's controls by check, which says what the checks stand for. */
  controlsDigest: digestSchema,
};

const scannedHostFacts = {
  reachable: z.boolean(),
  /** Id of the baseline the host is held to; absent where the appliance does not know it. */
  baseline: z.string().min(1).max(200).optional(),
  /** When the host was read, or given up. */
  readAt: z.iso.datetime(),
  /** By check id. */
  checks: z.record(checkIdSchema, scannedCheckSchema),
};

/** A page in clear, as an appliance puts it together and as it is once everything is disclosed. */
export const scanPageSchema = z.strictObject({
  ...scanFacts,
  hosts: z
    .array(z.strictObject({ ...scannedHostFacts, host: hostIdSchema, factsSalt: saltSchema }))
    .max(10_000)
    .refine(
      (hosts) => new Set(hosts.map(({ host }) => host)).size === hosts.length,
      'a host stands twice on a page',
    ),
});
export type ScanPage = z.output<typeof scanPageSchema>;

/** The page as it is signed. */
const scanSchema = z.strictObject({
  ...scanFacts,
  hosts: z
    .array(z.strictObject({ ...scannedHostFacts, host: commitmentSchema, factsSalt: commitmentSchema }))
    .max(10_000),
});

export const scanStatementSchema = statementSchema(scanPredicateType, scanSchema);
export type ScanStatement = z.output<typeof scanStatementSchema>;

export const scanDeclaration: Declaration = {
  names: ['/hosts/*/host'],
  whole: ['/hosts/*/factsSalt'],
  plain: [
    ...Object.keys(scanFacts).map((fact) => `/${fact}`),
    ...Object.keys(scannedHostFacts).map((fact) => `/hosts/*/${fact}`),
  ],
};

/**
 * What a scan says of the facts of a check: SHA-256 of the line `malachor.dev/evidence/facts/v1` and the canonical JSON of
 * `[factsSalt, check, facts]`. Facts are few and easily guessed, hence the salt, which is the host's and hidden like its name.
 */
export function factsDigest(factsSalt: string, check: string, facts: unknown, sha256: Sha256): string {
  return sha256(`malachor.dev/evidence/facts/v1\n${canonicalJson([factsSalt, check, facts])}`);
}

/**
 * Canonical JSON of the page's statement, and what opens its commitments; its subject is the whole predicate. Throws
 * ZodError for a page of another form.
 */
export function buildScanStatement(
  page: ScanPage,
  newSalt: NewSalt,
  sha256: Sha256,
): { payload: Uint8Array; disclosures: readonly Disclosure[] } {
  const { committed, disclosures } = commitFields(
    scanPageSchema.parse(page),
    scanDeclaration,
    newSalt,
    sha256,
  );
  return { payload: writeStatement(scanPredicateType, scanSchema.parse(committed), sha256), disclosures };
}
