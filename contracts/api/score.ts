import { z } from 'zod';
import { metrics } from '../catalog/check.ts';
import { hostIdSchema, siteIdSchema } from '../ids.ts';
import { named } from './named-schemas.ts';
import { pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'score';
const params = z.strictObject({ site: siteIdSchema });
const time = z.string().meta({ format: 'date-time' });
const microPoints = z.number().int().describe('Millionths of a point; of points and losses, exact');
const score = z.number().int().min(0).max(100).describe('Whole points, rounded down');

export const metricSchema = named('Metric', z.enum(metrics));
const metricScore = named(
  'MetricScore',
  z.object({ metric: metricSchema, microPoints, of: z.number().int() }),
  'What a metric gives of what it could',
);
const lossStatus = named(
  'LossStatus',
  z.enum(['warning', 'fail', 'error', 'unknown', 'stale', 'missing', 'disabled', 'not_measured']),
  'Why points are lost. Only a pass loses none; a warning loses half',
);
const loss = named(
  'ScoreLoss',
  z.object({
    host: z.string().optional(),
    metric: metricSchema.optional(),
    check: z.string().optional(),
    status: lossStatus,
    microPoints,
    reason: z.string(),
    nextStep: z.string(),
    acceptedUntil: time.optional().describe('Two people accept it until then; it is lost all the same'),
  }),
);
const hostScore = named('HostScore', z.object({ host: z.string(), score, microPoints }));

export const siteScore = defineRoute({
  id: 'getSiteScore',
  method: 'get',
  path: '/api/sites/{site}/score',
  tag,
  summary: 'The score of a site, or of one of its hosts, with every lost point explained',
  description:
    'Seven weighted metrics of a hundred points in all. `microPoints` and those of `losses` sum to a hundred points ' +
    'exactly. What is unknown, too old, turned off or not measured is not passed.',
  access: 'read',
  params,
  query: z.strictObject({ host: hostIdSchema.optional() }),
  response: named(
    'SiteScore',
    z.object({
      site: z.string(),
      host: z.string().optional().describe('Where one host was asked for'),
      at: time,
      score,
      microPoints,
      metrics: z.array(metricScore),
      hosts: z.array(hostScore),
      losses: z.array(loss).describe('The largest first'),
    }),
  ),
  problems: ['site_not_found', 'host_not_found', 'database_unavailable'],
});
export type ApiSiteScore = z.output<(typeof siteScore)['response']>;

export const scoreHistory = defineRoute({
  id: 'listScoreHistory',
  method: 'get',
  path: '/api/sites/{site}/score/history',
  tag,
  summary: 'The score of a site over time, the oldest first',
  description: 'A point is kept after a scan that changed the score, and once a UTC day.',
  access: 'read',
  params,
  query: z.strictObject({
    ...pageQuery,
    from: z.iso.datetime().optional().describe('At or after'),
    to: z.iso.datetime().optional().describe('Before'),
  }),
  response: named(
    'ScoreHistoryPage',
    pageOf(
      named(
        'ScorePoint',
        z.object({
          at: time,
          score,
          microPoints,
          metrics: z.array(metricScore),
          hosts: z.array(hostScore),
        }),
      ),
    ),
  ),
  problems: ['site_not_found', 'invalid_cursor', 'database_unavailable'],
});

export const scoreOfSites = defineRoute({
  id: 'getScoreOfSites',
  method: 'get',
  path: '/api/score',
  tag,
  summary: 'The score over all sites, every site counting alike',
  description:
    'Of each site, `microPoints` and those of `lost` sum to its share (`of`), and the shares to a hundred points. The ' +
    'explanation by host and check is the site’s own score.',
  access: 'read',
  response: named(
    'ScoreOfSites',
    z.object({
      at: time,
      score,
      microPoints,
      sites: z.array(
        z.object({
          site: z.string(),
          score: score.describe('The site’s own'),
          microPoints: microPoints.describe('What it gives of its share'),
          of: z.number().int().describe('Its share, in millionths of a point'),
          lost: z.array(
            z.object({
              metric: metricSchema.optional(),
              status: lossStatus,
              microPoints,
              checks: z.number().int().describe('Checks of hosts that lose them'),
            }),
          ),
        }),
      ),
    }),
  ),
  problems: ['database_unavailable'],
});
export type ApiScoreOfSites = z.output<(typeof scoreOfSites)['response']>;
