import { z } from 'zod';
import { siteIdSchema } from '../ids.ts';
import { osSchema } from '../observation.ts';
import { named } from './named-schemas.ts';
import { defineRoute } from './route.ts';

const host = named(
  'Host',
  z.object({
    site: z.string(),
    id: z.string(),
    os: named('HostOs', osSchema),
    firstSeenAt: z.string(),
    lastSeenAt: z.string().optional().describe('When it was last read; absent where it never was'),
  }),
);
export type ApiHost = z.output<typeof host>;

export const listHosts = defineRoute({
  id: 'listHosts',
  method: 'get',
  path: '/api/hosts',
  tag: 'hosts',
  summary: 'Hosts that were seen, by site and id',
  access: 'read',
  query: z.strictObject({ site: siteIdSchema.optional() }),
  response: named('HostList', z.object({ items: z.array(host) })),
  problems: ['database_unavailable'],
});
