import type { CollectorName } from '../../contracts/catalog/probe.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import type { HostOs, ProbeError } from '../../contracts/observation.ts';
import { CollectorError, type Collectors, type CollectorTarget } from '../collectors/collector.ts';
import type { BatchProbe, ProbeOutcome, Transport } from '../transports/transport.ts';
import { parseOsRelease } from './host-os.ts';
import type { ReadyCheck } from './plan-check.ts';

export interface ReadHostDeps {
  transport: Transport;
  collectors: Collectors;
}

/** What was read for one check: by its script on the host, or by the appliance itself. */
export type Answer =
  | { kind: 'script'; outcome: ProbeOutcome }
  | { kind: 'facts'; facts: Facts }
  | { kind: 'error'; error: ProbeError };

export interface HostReading {
  os: HostOs;
  clockSkewMs?: number;
  /** One for each check, in their order. */
  answers: Answer[];
}

/** Bytes of a probe's output; a probe prints a few lines of facts. */
const maxProbeBytes = 1_048_576;
/** How long the scripts of one host may take together, unless a single one may take longer. */
const maxBatchMs = 180_000;
const beyondLongestMs = 60_000;

/**
 * Reads what the checks need: their scripts in one round trip, and beside it what the appliance reads itself. Checks that
 * share a reading, by the same script with the same environment, have it taken once.
 *
 * @throws TransportError where the host cannot be asked
 */
export async function readHost(
  deps: ReadHostDeps,
  { host, target, signal }: { host: string; target?: CollectorTarget; signal?: AbortSignal },
  checks: readonly ReadyCheck[],
): Promise<HostReading> {
  const scripts = new Map<string, { probe: BatchProbe; index: number }>();
  const collected = new Map<string, Promise<Answer>>();
  const stopping = new AbortController();
  const until = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const answers = checks.map(({ check, parameters }) => {
    const { probe } = check;
    if (probe.kind === 'collector') {
      const key = JSON.stringify([probe.collector, Object.entries(parameters).sort(), probe.timeoutMs]);
      const answer =
        collected.get(key) ??
        collect(
          deps.collectors,
          probe.collector,
          parameters,
          AbortSignal.any([until, AbortSignal.timeout(probe.timeoutMs)]),
          target,
          until,
        );
      collected.set(key, answer);
      return () => answer;
    }
    const { script, sudo, timeoutMs } = probe;
    const environment = environmentOf(parameters);
    const key = JSON.stringify([script, sudo, environment]);
    const shared = scripts.get(key) ?? {
      probe: { script, sudo, environment, timeoutMs },
      index: scripts.size,
    };
    if (shared.probe.timeoutMs < timeoutMs) shared.probe = { ...shared.probe, timeoutMs };
    scripts.set(key, shared);
    return (outcomes: readonly ProbeOutcome[]): Answer => ({
      kind: 'script',
      outcome: outcomes[shared.index]!,
    });
  });
  try {
    const probes = [...scripts.values()].map(({ probe }) => probe);
    const longestMs = Math.max(0, ...probes.map(({ timeoutMs }) => timeoutMs));
    const result = await deps.transport.runBatch({
      host,
      probes,
      maxOutputBytes: maxProbeBytes,
      timeoutMs: Math.max(maxBatchMs, longestMs + beyondLongestMs),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      os: parseOsRelease(result.osRelease),
      ...(result.clockSkewMs === undefined ? {} : { clockSkewMs: result.clockSkewMs }),
      answers: await Promise.all(answers.map((answerOf) => answerOf(result.outcomes))),
    };
  } finally {
    stopping.abort();
  }
}

/** `P_` and the name in upper case for each parameter. */
function environmentOf(parameters: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]) => [`P_${name.toUpperCase()}`, String(value)] as const)
      .sort(),
  );
}

/** Never rejects, so that nobody has to wait for it: what a scan does not get to is dropped. */
async function collect(
  collectors: Collectors,
  name: CollectorName,
  parameters: ParameterValues,
  signal: AbortSignal,
  target: CollectorTarget | undefined,
  cancelled: AbortSignal,
): Promise<Answer> {
  try {
    return { kind: 'facts', facts: await collectors[name](parameters, signal, target) };
  } catch (error) {
    if (error instanceof CollectorError) {
      const { code, message, nextStep } = error;
      return { kind: 'error', error: { code, message: message.slice(0, 2_000), nextStep } };
    }
    const isLate = signal.aborted && !cancelled.aborted;
    return {
      kind: 'error',
      error: {
        code: isLate ? 'timeout' : 'probe_failed',
        message: `the appliance's own reading ${name} ${isLate ? 'did not end in time' : 'failed'}`,
        nextStep: 'Look at the network of the appliance, then run the check again.',
      },
    };
  }
}
