import { isAllowedCalendar } from '../../domain/anchor/allowed-calendar.ts';
import { believedCalendars, type CalendarStanding } from '../../domain/anchor/anchor-progress.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import { applyPath, timestampAlong } from '../../evidence/ots/build.ts';
import { serializeDetachedFile } from '../../evidence/ots/detached-file.ts';
import { mergeTimestamps } from '../../evidence/ots/merge.ts';
import type { Operation } from '../../evidence/ots/operation.ts';
import type { Timestamp } from '../../evidence/ots/timestamp.ts';
import { pruneTimestamp } from '../../evidence/ots/walk.ts';
import { AnchorError } from './anchor-error.ts';
import { reasonOf } from './bounded-fetch.ts';
import { createCalendarClient } from './calendar-client.ts';
import { lookAtProof } from './look-at-proof.ts';
import type { Anchorer, BlockHeaders, Fetch } from './ports.ts';

export interface CalendarAnchorerOptions {
  /** Addresses to stamp at, as `https://a.pool.opentimestamps.org`. */
  readonly calendars: readonly string[];
  /** Addresses that proofs may name beyond those, see `isAllowedCalendar`: a pool answers with proofs of calendars behind it. */
  readonly allowedCalendars?: readonly string[];
  /** So many calendars must promise, or stamping fails. */
  readonly minimumCalendars: number;
  /** For each request. */
  readonly timeoutMs: number;
  readonly headers: BlockHeaders;
  readonly fetch: Fetch;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly sha256: Sha256;
}

/** Anchors in Bitcoin by OpenTimestamps calendars. */
export function createCalendarAnchorer(options: CalendarAnchorerOptions): Anchorer {
  const { calendars, minimumCalendars, headers, randomBytes, sha256 } = options;
  const allowedCalendars = [...calendars, ...(options.allowedCalendars ?? [])];
  const client = createCalendarClient(options);
  return {
    kind: 'ots',
    stamp: async (digest) => {
      // Calendars learn nothing about what they stamp, and cannot tell two stampings of one batch for the same.
      const blinding: Operation[] = [{ name: 'append', argument: randomBytes(16) }, { name: 'sha256' }];
      const blinded = applyPath(digest, blinding, sha256);
      const answers = await Promise.all(
        calendars.map(async (calendar): Promise<{ standing: CalendarStanding; promise?: Timestamp }> => {
          try {
            const promise = promisesOnly(await client.submit(calendar, blinded), allowedCalendars);
            if (promise) return { standing: { calendar, state: 'pending' }, promise };
            throw new Error('its answer has no promise by a calendar that may be asked');
          } catch (error) {
            return { standing: { calendar, state: 'failed', reason: reasonOf(error) } };
          }
        }),
      );
      const standings = answers.map(({ standing }) => standing);
      const [first, ...others] = answers.flatMap(({ promise }) => (promise ? [promise] : []));
      if (!first || believedCalendars(standings) < minimumCalendars)
        throw tooFew(standings, minimumCalendars);
      const { branches } = mergeTimestamps(first, ...others);
      const [branch, ...more] = branches;
      if (!branch) throw tooFew(standings, minimumCalendars);
      const timestamp = timestampAlong(digest, blinding, [branch, ...more], sha256);
      return { proof: serializeDetachedFile({ fileHash: 'sha256', timestamp }), standings };
    },
    look: (proof, digest) => lookAtProof(proof, digest, { client, headers, sha256, allowedCalendars }),
  };
}

/** A block that a calendar names at once is not taken from it: it is asked for it later, when the chain can be compared. */
function promisesOnly(answer: Timestamp, allowedCalendars: readonly string[]): Timestamp | undefined {
  return pruneTimestamp(
    answer,
    ({ attestation }) =>
      attestation.kind === 'pending' && isAllowedCalendar(attestation.uri, allowedCalendars),
  );
}

function tooFew(standings: readonly CalendarStanding[], minimum: number): AnchorError {
  const failures = standings
    .filter(({ state }) => state === 'failed')
    .map(({ calendar, reason }) => `${calendar}: ${reason ?? 'no answer'}`);
  return new AnchorError(
    'too_few_calendars',
    `${standings.length - failures.length} of ${standings.length} calendars promised, and ${minimum} must. ${failures.join('; ')}`,
  );
}
