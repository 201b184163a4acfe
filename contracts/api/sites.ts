import { z } from 'zod';
import { checkIdSchema, hostIdSchema, siteIdSchema } from '../ids.ts';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';

const site = named('Site', z.object({ id: z.string(), name: z.string(), enrolledAt: z.string() }));
export type ApiSite = z.output<typeof site>;

export const listSites = defineRoute({
  id: 'listSites',
  method: 'get',
  path: '/api/sites',
  tag: 'sites',
  summary: 'All sites, by id',
  access: 'read',
  response: named('SiteList', z.object({ items: z.array(site) })),
  problems: ['database_unavailable'],
});

export const scanSite = defineRoute({
  id: 'scanSite',
  method: 'post',
  path: '/api/sites/{site}/scan',
  tag: 'sites',
  summary: 'Scan a site now',
  description: 'Answers when the scan is started. With the same `Idempotency-Key` it is started once.',
  access: 'act',
  params: z.strictObject({ site: siteIdSchema }),
  body: named(
    'ScanRequest',
    z.strictObject({
      hosts: z.array(hostIdSchema).min(1).max(1_000).optional().describe('Only these hosts'),
      checks: z.array(checkIdSchema).min(1).max(1_000).optional().describe('Only these checks'),
    }),
  ),
  idempotencyKey: true,
  status: 202,
  response: named('StartedScan', z.object({ id: z.string().describe('Workflow id of the scan') })),
  problems: ['site_not_found', 'database_unavailable', 'temporal_unavailable'],
});
