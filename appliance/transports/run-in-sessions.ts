import type { RunNames } from './compose-script.ts';
import { type BatchAttempt, driveBatch } from './drive-batch.ts';
import type { ShellSession } from './drive-run.ts';
import { clockSkewMs } from './host-clock.ts';
import { TransportError } from './transport-error.ts';
import type { BatchRequest, BatchResult, ProbeOutcome } from './transport.ts';

export interface SessionSource {
  /** Opens one more session on the host's connection. @throws TransportError */
  open: () => Promise<ShellSession>;
  connection: string;
  elevate: 'sudo' | 'none';
  newNames: () => RunNames;
  now: () => number;
}

/**
 * Runs a batch in one session, and in further ones only where a script took its session along: what hangs or floods is
 * killed with its shell, and what is left goes on in a new one.
 *
 * @throws TransportError where not even the first session began, or the batch was cancelled
 */
export async function runInSessions(request: BatchRequest, source: SessionSource): Promise<BatchResult> {
  const { host, maxOutputBytes, signal } = request;
  const outcomes = new Map<number, ProbeOutcome>();
  const deadlineMs = source.now() + request.timeoutMs;
  let left = request.probes.map((probe, number) => ({ number, probe }));
  let hello: BatchAttempt['hello'];
  do {
    const attempt: BatchAttempt = await driveBatch(await source.open(), left, {
      host,
      names: source.newNames(),
      elevate: source.elevate,
      maxOutputBytes,
      deadlineMs,
      now: source.now,
      ...(signal === undefined ? {} : { signal }),
    });
    hello ??= attempt.hello;
    if (attempt.lost !== undefined && (hello === undefined || signal?.aborted)) throw attempt.lost;
    for (const [number, outcome] of attempt.outcomes) outcomes.set(number, outcome);
    const remaining = left.filter(({ number }) => !outcomes.has(number));
    // A session that settled nothing would settle nothing the next time either.
    const lost = attempt.lost ?? (remaining.length === left.length ? noProgress(host) : undefined);
    if (lost !== undefined) {
      for (const { number } of remaining) outcomes.set(number, { ok: false, error: lost });
      break;
    }
    left = remaining;
  } while (left.length > 0);
  return resultOf(request, source, outcomes, hello);
}

function resultOf(
  request: BatchRequest,
  source: SessionSource,
  outcomes: ReadonlyMap<number, ProbeOutcome>,
  hello: BatchAttempt['hello'],
): BatchResult {
  const skew = hello && clockSkewMs(hello.clock, hello.sentAtMs, hello.heardAtMs);
  return {
    outcomes: request.probes.map(
      (_probe, number) => outcomes.get(number) ?? { ok: false, error: noProgress(request.host) },
    ),
    osRelease: hello?.osRelease ?? '',
    ...(skew === undefined ? {} : { clockSkewMs: skew }),
    connection: source.connection,
  };
}

function noProgress(host: string): TransportError {
  return new TransportError('connection_lost', `the shell on ${host} ended before it ran the script`, {
    mayHaveStarted: true,
  });
}
