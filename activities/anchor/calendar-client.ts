import type { Sha256 } from '../../evidence/digest.ts';
import { encodeHex } from '../../evidence/bytes.ts';
import { parseTimestamp, type Timestamp } from '../../evidence/ots/timestamp.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { Fetch } from './ports.ts';

export interface CalendarClientOptions {
  readonly fetch: Fetch;
  readonly sha256: Sha256;
  readonly timeoutMs: number;
}

/** What a calendar says about its commitment. */
export type CalendarNews =
  | { readonly kind: 'timestamp'; readonly timestamp: Timestamp }
  /** It has it, and no block has it yet. */
  | { readonly kind: 'pending' }
  /** It says that it never promised. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The protocol of OpenTimestamps calendars (opentimestamps-server, rpc.py). Both methods reject with an error that says why. */
export interface CalendarClient {
  /** Has a calendar promise to bring `digest` into a block; resolves to its timestamp of `digest`. */
  submit(calendar: string, digest: Uint8Array): Promise<Timestamp>;
  /** Asks a calendar about its commitment. */
  ask(calendar: string, commitment: Uint8Array): Promise<CalendarNews>;
}

/** As the reference. A proof has about 1 KiB. */
const maxAnswerBytes = 10_000;
const headers = { accept: 'application/vnd.opentimestamps.v1', 'user-agent': 'Malachor' };

export function createCalendarClient({ fetch, sha256, timeoutMs }: CalendarClientOptions): CalendarClient {
  const limits = { timeoutMs, maxBytes: maxAnswerBytes };
  return {
    submit: async (calendar, digest) => {
      const { status, body } = await boundedFetch(fetch, join(calendar, 'digest'), {
        method: 'POST',
        headers,
        body: digest,
        ...limits,
      });
      if (status !== 200) throw new Error(`it answered ${status}: ${readable(body)}`);
      return parseTimestamp(body, digest, sha256);
    },
    ask: async (calendar, commitment) => {
      const url = join(calendar, `timestamp/${encodeHex(commitment)}`);
      const { status, body } = await boundedFetch(fetch, url, { method: 'GET', headers, ...limits });
      if (status === 200) return { kind: 'timestamp', timestamp: parseTimestamp(body, commitment, sha256) };
      if (status !== 404) throw new Error(`it answered ${status}: ${readable(body)}`);
      const reason = readable(body);
      return reason.startsWith('Pending') ? { kind: 'pending' } : { kind: 'unknown', reason };
    },
  };
}

function join(calendar: string, path: string): string {
  return `${calendar.replace(/\/$/, '')}/${path}`;
}

/** The beginning of what a calendar says, with nothing in it that could pass for a line of ours. */
function readable(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 160))
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9#\-.,; ]/g, '_');
}
