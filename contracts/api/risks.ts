import { z } from 'zod';
import { siteIdSchema } from '../ids.ts';
import { checkStatusSchema, severitySchema } from '../observation.ts';
import { apiActorSchema } from './actor.ts';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';

const time = z.string().meta({ format: 'date-time' });

export const listAcceptedRisks = defineRoute({
  id: 'listAcceptedRisks',
  method: 'get',
  path: '/api/sites/{site}/accepted-risks',
  tag: 'risks',
  summary: 'Risks that two people accept for now, by host and check',
  description:
    'Each is watched by every scan and comes back to a person when its state moves or its time ends. To accept one, two ' +
    'people send the decision `accept` with the same `expiresAt`.',
  access: 'read',
  params: z.strictObject({ site: siteIdSchema }),
  response: named(
    'AcceptedRiskList',
    z.object({
      items: z.array(
        z.object({
          incident: z.string().describe('`<site>~<host>~<check>`, as URLs name it'),
          host: z.string(),
          check: z.string(),
          title: z.string(),
          severity: severitySchema,
          status: checkStatusSchema,
          message: z.string(),
          acceptedAt: time,
          expiresAt: time,
          stateDigest: z.string().describe('SHA-256 (hex) of the accepted state'),
          lastSeenAt: time.describe('When the state was last seen to be the same'),
          signers: z.array(z.object({ actor: apiActorSchema, at: time, reason: z.string() })),
        }),
      ),
    }),
  ),
  problems: ['site_not_found', 'database_unavailable'],
});
export type ApiAcceptedRisk = z.output<(typeof listAcceptedRisks)['response']>['items'][number];
