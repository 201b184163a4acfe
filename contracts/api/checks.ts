import { z } from 'zod';
import { baselineSchema } from '../catalog/baseline.ts';
import { parameterSchema, parameterValuesSchema } from '../catalog/parameter.ts';
import { checkIdSchema, hostIdSchema, siteIdSchema } from '../ids.ts';
import { checkStatusSchema, observationSchema, severitySchema } from '../observation.ts';
import { apiActorSchema } from './actor.ts';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';
import { metricSchema } from './score.ts';

const tag = 'checks';
const time = z.string().meta({ format: 'date-time' });
const value = z.union([z.string(), z.number(), z.boolean()]);
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'pass the digest of the diff as it was given');

/** Why somebody sets a check; one line of text. */
const reason = z
  .string()
  .min(3)
  .max(500)
  .regex(/^\P{Cc}*$/u, 'write it on one line');

export const listHostChecks = defineRoute({
  id: 'listHostChecks',
  method: 'get',
  path: '/api/sites/{site}/hosts/{host}/checks',
  tag,
  summary: 'The latest result of every check of a host, passes included',
  access: 'read',
  params: z.strictObject({ site: siteIdSchema, host: hostIdSchema }),
  response: named(
    'HostCheckList',
    z.object({
      items: z.array(
        z.object({
          check: z.string(),
          title: z.string(),
          metric: metricSchema.optional(),
          severity: severitySchema,
          status: checkStatusSchema,
          message: z.string(),
          facts: observationSchema.shape.facts,
          error: observationSchema.shape.error,
          observedAt: time,
          isStale: z.boolean().describe('Looked at too long ago to count'),
        }),
      ),
    }),
  ),
  problems: ['site_not_found', 'host_not_found', 'database_unavailable'],
});

const change = named(
  'CheckChange',
  z.object({ actor: apiActorSchema, at: time, reason: z.string(), diffDigest: z.string() }),
  'The last change of a check’s settings: who, when and why',
);

export const listSiteChecks = defineRoute({
  id: 'listSiteChecks',
  method: 'get',
  path: '/api/sites/{site}/checks',
  tag,
  summary: 'The settings of checks in force at a site, and where each comes from',
  description: 'Every check of the baselines that hosts of the site are held to.',
  access: 'read',
  params: z.strictObject({ site: siteIdSchema }),
  response: named(
    'SiteCheckList',
    z.object({
      items: z.array(
        z.object({
          baseline: z.string(),
          check: z.string(),
          title: z.string(),
          severity: severitySchema,
          metric: metricSchema.optional(),
          enabled: z.boolean(),
          reason: z.string().optional().describe('Why the site set it'),
          parameters: z.array(
            z.object({
              name: z.string(),
              declaration: named('Parameter', parameterSchema),
              value,
              from: z.enum(['default', 'baseline', 'site']),
            }),
          ),
          lastChange: change.optional(),
        }),
      ),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});

const override = named(
  'CheckOverride',
  z.strictObject({
    enabled: z.boolean().default(true),
    parameters: parameterValuesSchema.default({}).describe('What is not named is as the baseline has it'),
  }),
  'What a site sets of a check; replaces what it had set before',
);

const evidenceStatus = z.enum([
  ...checkStatusSchema.options,
  ...(['stale', 'missing', 'disabled', 'not_checked'] as const),
]);

export const diffSiteChecks = defineRoute({
  id: 'diffSiteChecks',
  method: 'post',
  path: '/api/sites/{site}/checks/diff',
  tag,
  summary: 'What changed settings or a changed baseline would do to every check of every host',
  description:
    'Judges the stored facts anew and changes nothing. `needs_scan` is what only a new look at the host can tell; it ' +
    'counts as unknown in the score after. Setting a check needs the digest of its diff.',
  access: 'read',
  params: z.strictObject({ site: siteIdSchema }),
  body: named(
    'CheckDiffRequest',
    z.strictObject({
      checks: z.record(checkIdSchema, override).default({}),
      baseline: named('Baseline', baselineSchema, 'Instead of the catalogue’s of that id').optional(),
    }),
  ),
  response: named(
    'CheckDiff',
    z.object({
      site: z.string(),
      digest: z.string(),
      rows: z.array(
        z.object({
          host: z.string(),
          check: z.string(),
          change: z.enum(['added', 'removed', 'turned_off', 'turned_on', 'parameters']),
          before: evidenceStatus,
          after: z.enum([...evidenceStatus.options, 'needs_scan']),
          message: z.string(),
          parameters: z.array(
            z.object({ name: z.string(), before: value.optional(), after: value.optional() }),
          ),
        }),
      ),
      unchanged: z.number().int().describe('Checks of hosts that stay as they are'),
      needsScan: z.number().int().describe('Rows that only a new scan can tell'),
      score: z
        .object({ before: z.number().int(), after: z.number().int() })
        .describe('Millionths of a point, of a hundred'),
    }),
  ),
  problems: ['site_not_found', 'settings_invalid', 'database_unavailable'],
});
export type ApiCheckDiff = z.output<(typeof diffSiteChecks)['response']>;

export const setSiteCheck = defineRoute({
  id: 'setSiteCheck',
  method: 'put',
  path: '/api/sites/{site}/checks/{check}',
  tag,
  summary: 'Turn a check on or off at a site, or set its parameters',
  description:
    '`expectedDigest` is that of the diff of exactly this change: what was shown is what is applied. Where settings or ' +
    'statuses have changed since, nothing is set. In force from the next scan. Who, when and why is kept for good.',
  access: 'act',
  params: z.strictObject({ site: siteIdSchema, check: checkIdSchema }),
  body: named(
    'CheckSettingRequest',
    z.strictObject({
      enabled: z.boolean(),
      parameters: parameterValuesSchema.default({}),
      reason,
      expectedDigest: digest,
    }),
  ),
  response: named(
    'CheckSettingReceipt',
    z.object({
      site: z.string(),
      check: z.string(),
      enabled: z.boolean(),
      parameters: parameterValuesSchema,
      lastChange: change,
    }),
  ),
  problems: ['site_not_found', 'check_not_found', 'diff_changed', 'settings_invalid', 'database_unavailable'],
});
