import { encodeRequest } from '../../domain/time/ntp-packet.ts';
import { readReply, type Reply, type TimeSample } from '../../domain/time/read-reply.ts';
import { errorCode } from './error-code.ts';
import type { OpenDatagramSocket, SocketAddress } from './open-datagram-socket.ts';

export interface QueryDeps {
  /** Our clock in whole milliseconds; what is measured. */
  now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  monotonicMs: () => number;
  /** 64 random bits, unpredictable. */
  randomNonce: () => bigint;
  openSocket: OpenDatagramSocket;
  /** Resolves after `ms`; rejects with the signal's reason. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface QueryOptions {
  samples: number;
  /** How long an answer is waited for. */
  timeoutMs: number;
  /** Between one answer and the next request. */
  spacingMs: number;
}

/** What came of asking one server. With a `kiss` it wants to be left alone, or to be asked less. */
export interface QueryResult {
  samples: TimeSample[];
  /** Why there is no sample, or no further one. */
  reason?: string;
  kiss?: string;
}

/** Our clock tells whole milliseconds. */
const resolutionMs = 1;

/**
 * Asks a server for the time, `samples` times, one after the other. Stops at the first answer from which no time can be
 * taken, and at a kiss of death; after `RATE` what was measured counts, after any other nothing does. A lost packet costs
 * its sample only. Rejects only when `signal` aborts.
 */
export async function queryTimeServer(
  deps: QueryDeps,
  server: SocketAddress,
  options: QueryOptions,
  signal: AbortSignal,
): Promise<QueryResult> {
  let onPacket: (packet: Uint8Array) => void = () => undefined;
  let onError: (error: Error) => void = () => undefined;
  let socket;
  try {
    socket = await deps.openSocket(server, {
      onPacket: (packet) => {
        onPacket(packet);
      },
      onError: (error) => {
        onError(error);
      },
    });
  } catch (error) {
    return { samples: [], reason: sayWhy(error) };
  }
  const opened = socket;
  /** Sends one request and waits for its answer; `undefined` where none comes in time. */
  const ask = async (): Promise<Reply | { kind: 'failed'; reason: string } | undefined> => {
    const nonce = deps.randomNonce();
    const answer = Promise.withResolvers<Reply | { kind: 'failed'; reason: string }>();
    const startMs = deps.monotonicMs();
    // The clock shows the beginning of a millisecond that has half passed on average.
    const sentAtMs = deps.now() + resolutionMs / 2;
    onPacket = (packet) => {
      const receivedAtMs = sentAtMs + (deps.monotonicMs() - startMs);
      const reply = readReply(packet, { nonce, sentAtMs, receivedAtMs, resolutionMs });
      if (reply.kind !== 'foreign') answer.resolve(reply);
    };
    onError = (error) => {
      answer.resolve({ kind: 'failed', reason: sayWhy(error) });
    };
    opened.send(encodeRequest(nonce));
    const stop = new AbortController();
    try {
      const late = deps.wait(options.timeoutMs, AbortSignal.any([signal, stop.signal]));
      return await Promise.race([answer.promise, late.then(() => undefined)]);
    } finally {
      stop.abort();
    }
  };
  try {
    return await askRepeatedly(ask, options, (ms) => deps.wait(ms, signal));
  } finally {
    opened.close();
  }
}

async function askRepeatedly(
  ask: () => Promise<Reply | { kind: 'failed'; reason: string } | undefined>,
  { samples: count, spacingMs }: QueryOptions,
  wait: (ms: number) => Promise<void>,
): Promise<QueryResult> {
  const samples: TimeSample[] = [];
  let reason = 'it did not answer';
  for (let asked = 0; asked < count; asked += 1) {
    if (asked > 0) await wait(spacingMs);
    const reply = await ask();
    if (reply === undefined) continue;
    if (reply.kind === 'sample') samples.push(reply.sample);
    else if (reply.kind === 'kiss') return kissed(reply.code, samples);
    else if (reply.kind === 'unusable') return { samples: [], reason: reply.reason };
    else if (reply.kind === 'failed') reason = reply.reason;
  }
  return samples.length > 0 ? { samples } : { samples, reason };
}

/** RFC 5905, section 7.4. */
function kissed(code: string, samples: TimeSample[]): QueryResult {
  const reason =
    code === 'RATE' ? 'it wants to be asked less often (RATE)' : `it does not serve us (${code})`;
  return { samples: code === 'RATE' ? samples : [], reason, kiss: code };
}

function sayWhy(error: unknown): string {
  const code = errorCode(error);
  return code === 'ECONNREFUSED' ? 'nothing listens there' : `it cannot be reached (${code})`;
}
