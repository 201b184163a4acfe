import { randomBytes, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type AnchorStore, createAnchorActivities } from '../activities/anchor/create-anchor-activities.ts';
import { createCalendarAnchorer } from '../activities/anchor/create-calendar-anchorer.ts';
import { createNodeHeaders } from '../activities/anchor/create-node-headers.ts';
import { createTimestampAuthority } from '../activities/anchor/create-timestamp-authority.ts';
import type { Anchorer } from '../activities/anchor/ports.ts';
import type { AnchorActivities } from '../activities/anchor/anchor-activities.ts';
import { type AnchorPolicy, defaultAnchorPolicy } from '../domain/anchor/decide-next-step.ts';
import { sha256 } from '../evidence/node/hasher.ts';
import { withHeartbeats } from '../temporal/with-heartbeats.ts';
import { flag } from './flag.ts';

/** Calendars that anybody may use, and the ones whose promises they pass on. */
const publicCalendars =
  'https://a.pool.opentimestamps.org,https://b.pool.opentimestamps.org,https://a.pool.eternitywall.com';
const behindPools = [
  'https://*.btc.calendar.opentimestamps.org',
  'https://*.calendar.eternitywall.com',
  'https://*.calendar.catallaxy.com',
];

/** Anchoring, as the environment sets it. */
export const anchoringSchema = z.object({
  /** Whether checkpoints are anchored in Bitcoin. Needs a node to ask for block headers. */
  OTS_ENABLED: flag('0'),
  OTS_CALENDARS: z
    .string()
    .default(publicCalendars)
    .transform((text) => text.split(',').map((url) => url.trim()))
    .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1)),
  /** So many must promise. */
  OTS_MINIMUM: z.coerce.number().int().min(1).default(defaultAnchorPolicy.minimumCalendars),
  /** Seconds for each request to a calendar. */
  OTS_TIMEOUT: z.coerce.number().min(1).max(600).default(20),
  /** Minutes between batches; a proof waits for its block as long as it takes. */
  OTS_INTERVAL_MINUTES: z.coerce
    .number()
    .min(0)
    .default(24 * 60),
  /** Minutes from stamping to the first look. */
  OTS_FIRST_LOOK_MINUTES: z.coerce.number().min(0).default(60),
  /** Whether proofs are completed once Bitcoin attests them; otherwise their promises stay as they are. */
  OTS_AUTO_UPGRADE: flag('1'),
  OTS_CONFIRMATIONS: z.coerce.number().int().min(1).default(defaultAnchorPolicy.confirmations),
  BITCOIN_RPC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8332/'),
  BITCOIN_RPC_USER: z.string().default('malachor'),
  /** Holds the password and nothing else. */
  BITCOIN_RPC_PASSWORD_FILE: z.string().min(1).optional(),
  /** A time-stamp authority (RFC 3161) that is asked beside the calendars. */
  TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Certificates (PEM) that the authority's own must lead to. */
  TSA_CERTIFICATES_FILE: z.string().min(1).optional(),
});
export type Anchoring = z.output<typeof anchoringSchema>;

/** What the workflow decides by. */
export function anchorPolicyOf(settings: Anchoring): AnchorPolicy {
  return {
    ...defaultAnchorPolicy,
    minimumCalendars: settings.OTS_MINIMUM,
    confirmations: settings.OTS_CONFIRMATIONS,
    autoUpgrade: settings.OTS_AUTO_UPGRADE,
    firstLookMs: settings.OTS_FIRST_LOOK_MINUTES * 60_000,
  };
}

/** The anchoring activities of the environment's calendars and node. */
export async function createAnchoring(settings: Anchoring, store: AnchorStore): Promise<AnchorActivities> {
  const file = settings.BITCOIN_RPC_PASSWORD_FILE;
  const password = file === undefined ? '' : (await readFile(file, 'utf8')).trim();
  const timeoutMs = settings.OTS_TIMEOUT * 1_000;
  const headers = createNodeHeaders({
    url: settings.BITCOIN_RPC_URL,
    user: settings.BITCOIN_RPC_USER,
    password,
    timeoutMs,
    fetch,
  });
  const calendars = createCalendarAnchorer({
    calendars: settings.OTS_CALENDARS,
    allowedCalendars: behindPools,
    minimumCalendars: settings.OTS_MINIMUM,
    timeoutMs,
    headers,
    fetch,
    randomBytes: (length) => randomBytes(length),
    sha256,
  });
  const authority = await timestampAuthorityOf(settings);
  return withHeartbeats(createAnchorActivities({ store, calendars, authority, sha256 }));
}

/** The time-stamp authority that is set; undefined where none is. Rejects where its certificates are not there. */
export async function timestampAuthorityOf(
  settings: Pick<Anchoring, 'TSA_URL' | 'TSA_CERTIFICATES_FILE' | 'OTS_TIMEOUT'>,
): Promise<Anchorer | undefined> {
  const { TSA_URL: url, TSA_CERTIFICATES_FILE: file } = settings;
  if (url === undefined) return undefined;
  if (file === undefined) throw new Error('TSA_URL is set: set TSA_CERTIFICATES_FILE, too');
  const pems = (await readFile(file, 'utf8')).match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g,
  );
  if (!pems) throw new Error(`${file} (TSA_CERTIFICATES_FILE) has no certificate in PEM`);
  return createTimestampAuthority({
    url,
    trusted: pems.map((pem) => new Uint8Array(new X509Certificate(pem).raw)),
    timeoutMs: settings.OTS_TIMEOUT * 1_000,
    fetch,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
  });
}
