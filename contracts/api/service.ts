import { z } from 'zod';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';

const part = named('PartHealth', z.object({ up: z.boolean() }));

export const health = defineRoute({
  id: 'getHealth',
  method: 'get',
  path: '/health',
  tag: 'service',
  summary: 'Whether the service and the parts it needs are up',
  description: 'Also answers HEAD. 503 when Postgres or Temporal does not answer.',
  access: 'public',
  otherStatuses: [503],
  response: named(
    'Health',
    z.object({
      status: z.enum(['up', 'degraded']),
      parts: z.object({ postgres: part, temporal: part }),
    }),
  ),
});
export type Health = z.output<(typeof health)['response']>;

export const openApiDescription = defineRoute({
  id: 'getOpenApi',
  method: 'get',
  path: '/api/openapi.json',
  tag: 'service',
  summary: 'This description, as OpenAPI 3.1',
  access: 'public',
  response: named('OpenApiDescription', z.looseObject({ openapi: z.string() })),
});
