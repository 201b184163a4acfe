import { z } from 'zod';
import { decisionRefusals, decisionRequestSchema } from '../decision.ts';
import { hostIdSchema, siteIdSchema } from '../ids.ts';
import { severitySchema } from '../observation.ts';
import { incidentRefSchema } from './incident-ref.ts';
import { named } from './named-schemas.ts';
import { pageOf, pageQuery } from './page.ts';
import { defineRoute } from './route.ts';
import { incidentStateSchema, resolutionSchema, storySchema, tierSchema } from './story-schema.ts';

const tag = 'incidents';
const params = z.strictObject({ id: incidentRefSchema });

const incidentFields = {
  id: z.string().describe('`<site>~<host>~<check>`, as URLs name it'),
  site: z.string(),
  host: z.string(),
  check: z.string(),
  title: z.string(),
  severity: severitySchema,
  state: incidentStateSchema,
  tier: tierSchema,
  resolution: resolutionSchema.optional(),
  openedAt: z.string(),
  updatedAt: z.string(),
  attempts: z.number().int().describe('Remediations so far'),
};
export const incidentSchema = named('Incident', z.object(incidentFields));
export type ApiIncident = z.output<typeof incidentSchema>;

export const listIncidents = defineRoute({
  id: 'listIncidents',
  method: 'get',
  path: '/api/incidents',
  tag,
  summary: 'Incidents, the newest first',
  access: 'read',
  query: z.strictObject({
    ...pageQuery,
    site: siteIdSchema.optional(),
    host: hostIdSchema.optional(),
    state: incidentStateSchema.optional(),
    tier: tierSchema.optional(),
    severity: severitySchema.optional(),
  }),
  response: named('IncidentPage', pageOf(incidentSchema)),
  problems: ['invalid_cursor', 'database_unavailable'],
});

export const getIncident = defineRoute({
  id: 'getIncident',
  method: 'get',
  path: '/api/incidents/{id}',
  tag,
  summary: 'One incident with its story',
  access: 'read',
  params,
  response: named(
    'IncidentWithStory',
    z.object({
      ...incidentFields,
      story: storySchema,
      stateDigest: z
        .string()
        .describe('Of the state as it is; an `accept` may name it, to accept this one only'),
    }),
  ),
  problems: ['incident_not_found', 'database_unavailable'],
});

/** What can go wrong when an incident is spoken to. */
const messageProblems = [
  'incident_not_found',
  'incident_closed',
  'not_answered_yet',
  'temporal_unavailable',
] as const;

export const decideIncident = defineRoute({
  id: 'decideIncident',
  method: 'post',
  path: '/api/incidents/{id}/decisions',
  tag,
  summary: 'Decide about an incident that waits for a person',
  description:
    'The `id` in the body is chosen by the caller: sent again, it gets the same answer and decides nothing new.',
  access: 'act',
  params,
  body: named('DecisionRequest', decisionRequestSchema),
  response: named(
    'DecisionReceipt',
    z.object({
      decisionId: z.string(),
      accepted: z.literal(true),
      effect: z.enum(['applied', 'needs_second_approval']),
      message: z.string(),
    }),
  ),
  problems: [...messageProblems, ...decisionRefusals],
});

export const acknowledgeIncident = defineRoute({
  id: 'acknowledgeIncident',
  method: 'post',
  path: '/api/incidents/{id}/acknowledge',
  tag,
  summary: 'Take the ticket, which stops the first-response clock',
  access: 'act',
  params,
  idempotencyKey: true,
  response: named('Acknowledgement', z.object({ acknowledgedAt: z.string() })),
  problems: [...messageProblems, 'not_waiting', 'role_not_allowed'],
});

export const releaseFlappingIncident = defineRoute({
  id: 'releaseFlappingIncident',
  method: 'post',
  path: '/api/incidents/{id}/release-flapping',
  tag,
  summary: 'Let auto-healing go on after flapping stopped it',
  access: 'act',
  params,
  idempotencyKey: true,
  response: named('Release', z.object({ releasedAt: z.string() })),
  problems: [...messageProblems, 'not_waiting', 'role_not_allowed'],
});
