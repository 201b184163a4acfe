import { z } from 'zod';
import { maxRecords, settledRecordSchema, signedRecordSchema } from '../evidence-record.ts';
import { siteIdSchema } from '../ids.ts';
import { envelopeSchema } from '../order.ts';
import { named } from './named-schemas.ts';
import { pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'evidence';
const params = z.strictObject({ site: siteIdSchema });
const hash = z.string().describe('SHA-256, lower-case hex');

const verificationScope = z.enum(['whole', 'new']).default('whole');
export type VerificationScope = z.output<typeof verificationScope>;

export const verifyEvidence = defineRoute({
  id: 'verifyEvidence',
  method: 'get',
  path: '/api/evidence/sites/{site}/verify',
  tag,
  summary: 'Verify the ledger of a site on the server',
  description:
    'Recomputes every hash, link, signature and the checkpoint. `scope=new` reads what was appended since this server last ' +
    'verified the ledger, and all of it where it has not, or where keys have changed. Who does not trust the server exports the ' +
    'archive and verifies it offline.',
  access: 'read',
  params,
  query: z.strictObject({ scope: verificationScope }),
  response: named(
    'EvidenceVerification',
    z.object({
      site: z.string(),
      verified: z.boolean(),
      entries: z.number().int(),
      from: z
        .number()
        .int()
        .describe('Number of the first entry that was read; those before were verified earlier'),
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

const disclosure = named(
  'Disclosure',
  z
    .tuple([
      z.string().describe('Salt'),
      z.string().describe('JSON Pointer from the root of the predicate'),
      z.unknown(),
    ])
    .readonly(),
  'Salt, place and value: what opens a commitment of the statement',
);

const bundle = named(
  'EvidenceBundle',
  z.object({
    entry: z.number().int().describe('Sequence number in the ledger of the site, from 0'),
    hash,
    previousHash: hash,
    recordedAt: z.string(),
    envelope: named('Envelope', envelopeSchema, 'DSSE envelope over an in-toto statement'),
    disclosures: z.array(disclosure).readonly().describe('What opens the hidden fields of the statement'),
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
