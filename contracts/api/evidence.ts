import { z } from 'zod';
import { maxRecords, settledRecordSchema, signedRecordSchema } from '../evidence-record.ts';
import { siteIdSchema } from '../ids.ts';
import { envelopeSchema } from '../order.ts';
import { witnessRefusals } from '../witnessing.ts';
import { named } from './named-schemas.ts';
import { pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'evidence';
const params = z.strictObject({ site: siteIdSchema });
/** What a calendar has come to, see domain/anchor/anchor-progress.ts. */
export const calendarStates = [
  'pending',
  'attested',
  'contradicted',
  'forgotten',
  'unreachable',
  'failed',
] as const;
const hash = z.string().describe('SHA-256, lower-case hex');

const anchoring = named(
  'Anchoring',
  z.object({
    anchoredEntries: z
      .number()
      .int()
      .describe('So many from the first on lead to a block that is deep enough'),
    blocks: z.array(z.object({ height: z.number().int(), hash, time: z.string() })),
    waiting: z
      .object({
        entries: z
          .number()
          .int()
          .describe('So many from the first on are in a batch that waits for its block'),
        since: z.string(),
        calendars: z.array(
          z.object({ calendar: z.string(), state: z.enum(calendarStates), reason: z.string().optional() }),
        ),
      })
      .optional(),
  }),
);
export type ApiAnchoring = z.output<typeof anchoring>;

const witness = named(
  'WitnessStanding',
  z.object({
    name: z.string().describe('It cosigns under this name'),
    cosigned: z
      .object({
        entries: z.number().int().describe('So many from the first on, in one history'),
        at: z.string().describe('By the clock of the witness'),
      })
      .optional()
      .describe('The largest checkpoint that it cosigned'),
    refused: z
      .object({
        entries: z.number().int(),
        code: z
          .enum([...witnessRefusals, 'unverified'])
          .describe('`fork`, `rollback` and `inconsistent`: the ledger has a second history'),
        at: z.string(),
      })
      .optional()
      .describe('The last checkpoint that it did not cosign'),
  }),
);
export type ApiWitness = z.output<typeof witness>;

export const evidenceSummary = defineRoute({
  id: 'getEvidenceSummary',
  method: 'get',
  path: '/api/evidence/sites/{site}/summary',
  tag,
  summary: 'Size and head of the ledger of a site',
  access: 'read',
  params,
  response: named(
    'EvidenceSummary',
    z.object({
      site: z.string(),
      entries: z.number().int(),
      headHash: hash.optional(),
      firstRecordedAt: z.string().optional(),
      lastRecordedAt: z.string().optional(),
      checkpoint: z.string().optional().describe('Signed note (C2SP tlog-checkpoint)'),
      anchoring: anchoring.optional().describe('Absent where no checkpoint was ever in a batch'),
      witnesses: z.array(witness).describe('Every witness that the site was ever given'),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});
export type ApiEvidenceSummary = z.output<(typeof evidenceSummary)['response']>;

export const verifyEvidence = defineRoute({
  id: 'verifyEvidence',
  method: 'get',
  path: '/api/evidence/sites/{site}/verify',
  tag,
  summary: 'Verify the whole ledger of a site on the server',
  description:
    'Recomputes every hash, link, signature and the checkpoint. Who does not trust the server exports the archive ' +
    'and verifies it offline.',
  access: 'read',
  params,
  response: named(
    'EvidenceVerification',
    z.object({
      site: z.string(),
      verified: z.boolean(),
      entries: z.number().int(),
      headHash: hash.optional(),
      /** The first damage only: what follows it cannot be judged. */
      damage: z
        .object({ entry: z.number().int().optional(), code: z.string(), message: z.string() })
        .optional(),
      verifiedAt: z.string(),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});
export type ApiEvidenceVerification = z.output<(typeof verifyEvidence)['response']>;

const bundle = named(
  'EvidenceBundle',
  z.object({
    entry: z.number().int().describe('Sequence number in the ledger of the site, from 0'),
    hash,
    previousHash: hash,
    recordedAt: z.string(),
    envelope: named('Envelope', envelopeSchema, 'DSSE envelope over an in-toto statement'),
  }),
);
export type ApiEvidenceBundle = z.output<typeof bundle>;

export const listBundles = defineRoute({
  id: 'listEvidenceBundles',
  method: 'get',
  path: '/api/evidence/sites/{site}/bundles',
  tag,
  summary: 'Signed bundles of a site, in the order of the ledger',
  access: 'read',
  params,
  query: z.strictObject(pageQuery),
  response: named('EvidenceBundlePage', pageOf(bundle)),
  problems: ['site_not_found', 'invalid_cursor', 'database_unavailable'],
});

export const submitEvidence = defineRoute({
  id: 'submitEvidence',
  method: 'post',
  path: '/api/evidence/sites/{site}/submit',
  tag,
  summary: 'Put records that an appliance of the site signed into its ledger',
  description:
    'For records that were brought another way than the appliance’s own. Each is countersigned and becomes an entry, or is ' +
    'refused with the reason. The same records sent again become no further entries.',
  access: 'act',
  params,
  body: named(
    'EvidenceSubmission',
    z.strictObject({ records: z.array(signedRecordSchema).min(1).max(maxRecords) }),
  ),
  maxBodyBytes: 1_500_000,
  response: named('SettledRecords', z.object({ settled: z.array(settledRecordSchema) })),
  problems: ['site_not_found', 'database_unavailable', 'temporal_unavailable'],
});

const keyPem = z.string().describe('SubjectPublicKeyInfo in PEM');
const historicalKey = named(
  'HistoricalKey',
  z.object({
    keyId: z.string(),
    purpose: z.enum(['evidence', 'checkpoint', 'order']).describe('Keys of evidence sign checkpoints, too'),
    pem: keyPem,
    notBefore: z.string(),
    retiredAt: z.string().optional().describe('From then on it makes no signatures: another took its place'),
    revokedAt: z.string().optional().describe('From then on nothing of it counts that had not arrived'),
  }),
);

export const evidencePublicKey = defineRoute({
  id: 'getEvidencePublicKey',
  method: 'get',
  path: '/api/evidence/public-key',
  tag,
  summary: 'The key that signs now, and the history of all keys',
  access: 'public',
  response: named(
    'EvidencePublicKey',
    z.object({
      keyId: z.string(),
      algorithm: z.literal('Ed25519'),
      pem: keyPem,
      keys: z.array(historicalKey).describe('Every key that was ever in use, by purpose and first use'),
    }),
  ),
  problems: ['database_unavailable'],
});

export const siteKeys = defineRoute({
  id: 'getSiteKeys',
  method: 'get',
  path: '/api/evidence/sites/{site}/keys',
  tag,
  summary: 'The keys that appliances and witnesses of a site sign or have signed with',
  access: 'read',
  params,
  response: named(
    'SiteKeys',
    z.object({
      keys: z.array(
        named(
          'SiteKey',
          historicalKey.extend({
            purpose: z.enum(['appliance', 'witness']),
            appliance: z.string().describe('The one appliance it is kept on'),
            name: z.string().optional().describe('Of a witness: the name it cosigns under'),
          }),
        ),
      ),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});
export type ApiSiteKey = z.output<(typeof siteKeys)['response']>['keys'][number];
export type ApiHistoricalKey = z.output<typeof historicalKey>;
export type ApiEvidencePublicKey = z.output<(typeof evidencePublicKey)['response']>;
