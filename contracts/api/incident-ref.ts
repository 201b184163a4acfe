import { z } from 'zod';
import { checkIdSchema, hostIdSchema, siteIdSchema, type IncidentKey } from '../ids.ts';

/**
 * How the API names an incident in URLs and answers: `<site>~<host>~<check>`. A tilde is unreserved in URLs (RFC 3986)
 * and never part of the three ids, so the form is unambiguous and needs no escaping. It names the drift: where one
 * closed and came back, it means the latest.
 */
export function formatIncidentRef(key: IncidentKey): string {
  return `${key.site}~${key.host}~${key.check}`;
}

/** The inverse of `formatIncidentRef`; undefined where a part is missing or not an id. */
export function parseIncidentRef(ref: string): IncidentKey | undefined {
  const [site, host, check, ...rest] = ref.split('~');
  const key = z.object({ site: siteIdSchema, host: hostIdSchema, check: checkIdSchema });
  const parsed = key.safeParse({ site, host, check });
  return parsed.success && rest.length === 0 ? parsed.data : undefined;
}

/** An incident's name in a URL. */
export const incidentRefSchema = z
  .string()
  .max(300)
  .refine((ref) => parseIncidentRef(ref) !== undefined, 'an incident is named <site>~<host>~<check>')
  .meta({ examples: ['main-street~front-desk~linux.ssh.root_login'] });
