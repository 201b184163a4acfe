import { isAllowedCalendar } from '../../domain/anchor/allowed-calendar.ts';
import type { AttestingBlock, CalendarStanding, CalendarState } from '../../domain/anchor/anchor-progress.ts';
import type { HeaderAtHeight } from '../../evidence/anchor/anchor.ts';
import { encodeHex, equalBytes } from '../../evidence/bytes.ts';
import type { Sha256 } from '../../evidence/digest.ts';
import { graft } from '../../evidence/ots/build.ts';
import {
  maxDetachedBytes,
  parseDetachedFile,
  serializeDetachedFile,
} from '../../evidence/ots/detached-file.ts';
import type { Timestamp } from '../../evidence/ots/timestamp.ts';
import { attestationsOf, nodesOf, pruneTimestamp } from '../../evidence/ots/walk.ts';
import { AnchorError } from './anchor-error.ts';
import { reasonOf } from './bounded-fetch.ts';
import type { CalendarClient } from './calendar-client.ts';
import { type BlockCheck, createBlockCheck } from './check-blocks.ts';
import type { BlockHeaders, Look } from './ports.ts';

export interface LookDependencies {
  readonly client: CalendarClient;
  readonly headers: BlockHeaders;
  readonly sha256: Sha256;
  /** See `isAllowedCalendar`. */
  readonly allowedCalendars: readonly string[];
}

/**
 * Brings a proof up to what calendars and the chain say now: attestations that the chain contradicts go, calendars whose promise is
 * open are asked, and of their answers only that is taken which the chain confirms. Promises always stay.
 */
export async function lookAtProof(
  proof: Uint8Array,
  digest: Uint8Array,
  dependencies: LookDependencies,
): Promise<Look> {
  const { headers, sha256 } = dependencies;
  const check = createBlockCheck(headers, sha256);
  const before = readProof(proof, digest, sha256);
  const { kept, removedHeights } = await dropContradicted(before, check);
  const { timestamp, standings } = await askCalendars(kept, check, dependencies);
  const attesting = await attestingHeaders(timestamp, check);
  const tip = attesting.length === 0 ? 0 : await headers.tip();
  return {
    proof: serializeDetachedFile({ fileHash: 'sha256', timestamp }),
    standings,
    removedHeights,
    headers: attesting,
    blocks: attesting.map(({ height }): AttestingBlock => ({
      height,
      confirmations: Math.max(0, tip - height + 1),
    })),
  };
}

function readProof(proof: Uint8Array, digest: Uint8Array, sha256: Sha256): Timestamp {
  try {
    const { fileHash, timestamp } = parseDetachedFile(proof, sha256);
    if (fileHash === 'sha256' && equalBytes(timestamp.message, digest)) return timestamp;
  } catch (error) {
    throw new AnchorError('proof_unreadable', `The stored proof cannot be read: ${reasonOf(error)}.`, error);
  }
  throw new AnchorError('proof_unreadable', 'The stored proof is of something else.');
}

type Check = ReturnType<typeof createBlockCheck>;

async function dropContradicted(
  timestamp: Timestamp,
  check: Check,
): Promise<{ kept: Timestamp; removedHeights: number[] }> {
  const contradicted = new Set<string>();
  const removedHeights = new Set<number>();
  for (const { attestation, message } of attestationsOf(timestamp)) {
    if (attestation.kind !== 'bitcoin') continue;
    if ((await check(attestation.height, message)).state !== 'contradicted') continue;
    contradicted.add(blockKey(attestation.height, message));
    removedHeights.add(attestation.height);
  }
  const kept = pruneTimestamp(
    timestamp,
    ({ attestation, message }) =>
      attestation.kind !== 'bitcoin' || !contradicted.has(blockKey(attestation.height, message)),
  );
  if (!kept)
    throw new AnchorError(
      'proof_unreadable',
      'The stored proof has no promise, and the chain contradicts the rest.',
    );
  return { kept, removedHeights: [...removedHeights] };
}

async function askCalendars(
  proof: Timestamp,
  check: Check,
  { client, allowedCalendars }: LookDependencies,
): Promise<{ timestamp: Timestamp; standings: CalendarStanding[] }> {
  let timestamp = proof;
  const standings: CalendarStanding[] = [];
  for (const node of nodesOf(proof)) {
    for (const calendar of promisesAt(node)) {
      if (!isAllowedCalendar(calendar, allowedCalendars)) continue;
      if (await leadsToBlock(node, check)) {
        standings.push({ calendar, state: 'attested' });
        continue;
      }
      try {
        const news = await client.ask(calendar, node.message);
        if (news.kind === 'pending') {
          standings.push({ calendar, state: 'pending' });
        } else if (news.kind === 'unknown') {
          standings.push({ calendar, state: 'forgotten', reason: news.reason });
        } else {
          const taken = await takeConfirmed(news.timestamp, check, allowedCalendars);
          standings.push({ calendar, ...taken.standing });
          timestamp = taken.timestamp ? withinLimit(graft(timestamp, taken.timestamp), timestamp) : timestamp;
        }
      } catch (error) {
        if (error instanceof AnchorError) throw error;
        standings.push({ calendar, state: 'unreachable', reason: reasonOf(error) });
      }
    }
  }
  return { timestamp, standings: bestOfEach(standings) };
}

function promisesAt({ branches }: Timestamp): string[] {
  return branches.flatMap((branch) =>
    'attestation' in branch && branch.attestation.kind === 'pending' ? [branch.attestation.uri] : [],
  );
}

/** Answers are bounded one by one; together they may not make a proof that nobody reads. */
function withinLimit(grown: Timestamp, otherwise: Timestamp): Timestamp {
  const { length } = serializeDetachedFile({ fileHash: 'sha256', timestamp: grown });
  return length <= maxDetachedBytes ? grown : otherwise;
}

async function leadsToBlock(node: Timestamp, check: Check): Promise<boolean> {
  for (const { attestation, message } of attestationsOf(node)) {
    if (attestation.kind !== 'bitcoin') continue;
    if ((await check(attestation.height, message)).state === 'confirmed') return true;
  }
  return false;
}

function blockKey(height: number, message: Uint8Array): string {
  return `${height} ${encodeHex(message)}`;
}

/** What of a calendar's answer the chain confirms, with other promises it passes on. */
async function takeConfirmed(
  answer: Timestamp,
  check: Check,
  allowedCalendars: readonly string[],
): Promise<{ timestamp?: Timestamp; standing: { state: CalendarState; reason?: string } }> {
  const checks = new Map<string, BlockCheck['state']>();
  let contradictedHeight: number | undefined;
  for (const { attestation, message } of attestationsOf(answer)) {
    if (attestation.kind !== 'bitcoin') continue;
    const { state } = await check(attestation.height, message);
    checks.set(blockKey(attestation.height, message), state);
    if (state === 'contradicted') contradictedHeight = attestation.height;
  }
  const timestamp = pruneTimestamp(answer, ({ attestation, message }) =>
    attestation.kind === 'bitcoin'
      ? checks.get(blockKey(attestation.height, message)) === 'confirmed'
      : attestation.kind === 'pending' && isAllowedCalendar(attestation.uri, allowedCalendars),
  );
  const standing = [...checks.values()].includes('confirmed')
    ? { state: 'attested' as const }
    : contradictedHeight === undefined
      ? { state: 'pending' as const }
      : { state: 'contradicted' as const, reason: `block ${contradictedHeight} does not hold what it says` };
  return timestamp ? { timestamp, standing } : { standing };
}

/** A calendar that was stamped at more than once stands as the best of what it came to. */
function bestOfEach(standings: readonly CalendarStanding[]): CalendarStanding[] {
  const order: readonly CalendarState[] = [
    'attested',
    'pending',
    'unreachable',
    'forgotten',
    'contradicted',
    'failed',
  ];
  const best = new Map<string, CalendarStanding>();
  for (const standing of standings) {
    const known = best.get(standing.calendar);
    if (!known || order.indexOf(standing.state) < order.indexOf(known.state))
      best.set(standing.calendar, standing);
  }
  return [...best.values()];
}

async function attestingHeaders(timestamp: Timestamp, check: Check): Promise<HeaderAtHeight[]> {
  const headers = new Map<number, string>();
  for (const { attestation, message } of attestationsOf(timestamp)) {
    if (attestation.kind !== 'bitcoin') continue;
    const checked = await check(attestation.height, message);
    if (checked.state === 'confirmed') headers.set(attestation.height, checked.header);
  }
  return [...headers].sort(([left], [right]) => left - right).map(([height, header]) => ({ height, header }));
}
