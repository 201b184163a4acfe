import { decodeHeader, kissCode, type NtpHeader } from './ntp-packet.ts';
import { unixMsOfTimestamp } from './ntp-timestamp.ts';

/** What one answer of a server says about our clock. Times in milliseconds. */
export interface TimeSample {
  /** True time minus our clock, as the server has it: positive where our clock is slow. RFC 5905's theta. */
  offsetMs: number;
  /** Time on the way, there and back; never below our clock's resolution. RFC 5905's delta. */
  delayMs: number;
  /** How far reading both clocks may have erred. RFC 5905's epsilon. */
  dispersionMs: number;
  rootDelayMs: number;
  rootDispersionMs: number;
  stratum: number;
  leap: number;
}

/** When we sent a request and had its answer, and what we know of our own clock. */
export interface Exchange {
  nonce: bigint;
  /** Our clock when the request left. Unix time in milliseconds. */
  sentAtMs: number;
  /** The same clock when the answer was there: `sentAtMs` plus what a monotonic clock counted meanwhile. */
  receivedAtMs: number;
  /** Resolution of our clock. */
  resolutionMs: number;
}

/**
 * What a packet is to the exchange it may answer. `foreign` is none of its answers (forged, late, or of another
 * protocol): go on waiting. `kiss` asks to stop (`DENY`, `RSTR`) or to slow down (`RATE`). `unusable` is the server's
 * answer, and no time can be taken from it.
 */
export type Reply =
  | { kind: 'foreign' }
  | { kind: 'kiss'; code: string }
  | { kind: 'unusable'; reason: string }
  | { kind: 'sample'; sample: TimeSample };

const serverMode = 4;
const notSynchronised = 3;
const firstUnsynchronisedStratum = 16;
/** Frequency tolerance: how fast two clocks may drift apart (PHI, RFC 5905 figure 5). */
const driftPerMs = 15e-6;
/** Farthest a server may be from its reference clock to be read at all (MAXDISP). */
const maxDispersionMs = 16_000;

/** Reads a packet as the answer to `exchange`, with the checks of RFC 5905 section 8 and RFC 4330 section 5. Never throws. */
export function readReply(packet: Uint8Array, exchange: Exchange): Reply {
  const header = decodeHeader(packet);
  // A kiss without our nonce is anybody's: RFC 5905 section 7.4 and RFC 8633 section 5.3 have it ignored.
  if (header?.mode !== serverMode || header.origin !== exchange.nonce) return { kind: 'foreign' };
  if (header.version < 3 || header.version > 4) return { kind: 'foreign' };
  if (header.stratum === 0) return { kind: 'kiss', code: kissCode(header.referenceId) };
  const reason = whyUnusable(header, exchange);
  return reason === undefined
    ? { kind: 'sample', sample: sampleOf(header, exchange) }
    : { kind: 'unusable', reason };
}

function whyUnusable(header: NtpHeader, { sentAtMs }: Exchange): string | undefined {
  if (header.leap === notSynchronised || header.stratum >= firstUnsynchronisedStratum)
    return 'its clock is not synchronised';
  if (header.transmit === 0n || header.receive === 0n) return 'its answer has no time';
  if (BigInt.asIntN(64, header.transmit - header.receive) < 0n) return 'it answered before it was asked';
  if (header.rootDelayMs / 2 + header.rootDispersionMs >= maxDispersionMs)
    return 'it is too far from its reference clock';
  const reference = unixMsOfTimestamp(header.reference, sentAtMs);
  if (header.reference !== 0n && reference > unixMsOfTimestamp(header.transmit, sentAtMs))
    return 'it was last set later than it says it is';
  return undefined;
}

/** RFC 5905, figure 26: offset and delay from the four timestamps, and the dispersion of reading them. */
function sampleOf(header: NtpHeader, exchange: Exchange): TimeSample {
  const { sentAtMs, receivedAtMs, resolutionMs } = exchange;
  const serverReceivedMs = unixMsOfTimestamp(header.receive, sentAtMs);
  const serverSentMs = unixMsOfTimestamp(header.transmit, sentAtMs);
  const elapsedMs = receivedAtMs - sentAtMs;
  return {
    offsetMs: (serverReceivedMs - sentAtMs + (serverSentMs - receivedAtMs)) / 2,
    delayMs: Math.max(elapsedMs - (serverSentMs - serverReceivedMs), resolutionMs),
    dispersionMs: 2 ** header.precision * 1_000 + resolutionMs + driftPerMs * elapsedMs,
    rootDelayMs: header.rootDelayMs,
    rootDispersionMs: header.rootDispersionMs,
    stratum: header.stratum,
    leap: header.leap,
  };
}
