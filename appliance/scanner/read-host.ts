import type { Probe } from '../../contracts/catalog/probe.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import type { HostOs, ProbeError } from '../../contracts/observation.ts';
import { parameterEnvironment } from '../../domain/catalog/parameter-environment.ts';
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
  /** In the order of the checks. */
  answers: { ready: ReadyCheck; answer: Answer }[];
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
  const scripts = gatherScripts(checks);
  const stopping = new AbortController();
  const until = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal]);
  const collected = new Map<string, Promise<Answer>>();
  for (const { check, parameters } of checks) {
    if (check.probe.kind !== 'collector') continue;
    const key = collectorKey(check.probe, parameters);
    if (!collected.has(key)) {
      collected.set(key, collect(deps.collectors, check.probe, { parameters, target, until }));
    }
  }
  try {
    const probes = [...scripts.values()];
    const longestMs = Math.max(0, ...probes.map(({ timeoutMs }) => timeoutMs));
    const result = await deps.transport.runBatch({
      host,
      probes,
      maxOutputBytes: maxProbeBytes,
      timeoutMs: Math.max(maxBatchMs, longestMs + beyondLongestMs),
      ...(signal === undefined ? {} : { signal }),
    });
    const outcomes = new Map([...scripts.keys()].map((key, index) => [key, result.outcomes[index]]));
    const answerOf = async ({ check: { probe }, parameters }: ReadyCheck): Promise<Answer | undefined> => {
      if (probe.kind === 'collector') return collected.get(collectorKey(probe, parameters));
      const outcome = outcomes.get(scriptKey(probe, parameters));
      return outcome && { kind: 'script', outcome };
    };
    const answers = checks.map(async (ready) => ({
      ready,
      answer: (await answerOf(ready)) ?? noAnswer(host),
    }));
    return {
      os: parseOsRelease(result.osRelease),
      ...(result.clockSkewMs === undefined ? {} : { clockSkewMs: result.clockSkewMs }),
      answers: await Promise.all(answers),
    };
  } finally {
    stopping.abort();
  }
}

type ScriptProbe = Extract<Probe, { kind: 'script' }>;
type CollectorProbe = Extract<Probe, { kind: 'collector' }>;

/** The scripts to run, by their keys; where checks share one, with the longest of their limits. */
function gatherScripts(checks: readonly ReadyCheck[]): Map<string, BatchProbe> {
  const scripts = new Map<string, BatchProbe>();
  for (const { check, parameters } of checks) {
    if (check.probe.kind !== 'script') continue;
    const { script, sudo, timeoutMs } = check.probe;
    const key = scriptKey(check.probe, parameters);
    const longestMs = Math.max(timeoutMs, scripts.get(key)?.timeoutMs ?? 0);
    scripts.set(key, { script, sudo, environment: environmentOf(script, parameters), timeoutMs: longestMs });
  }
  return scripts;
}

function scriptKey({ script, sudo }: ScriptProbe, parameters: ParameterValues): string {
  return JSON.stringify([script, sudo, environmentOf(script, parameters)]);
}

function collectorKey({ collector, timeoutMs }: CollectorProbe, parameters: ParameterValues): string {
  return JSON.stringify([collector, timeoutMs, Object.entries(parameters).sort()]);
}

/** A transport that breaks its contract must not turn into a judgement. */
function noAnswer(host: string): Answer {
  return {
    kind: 'error',
    error: {
      code: 'probe_failed',
      message: `nothing came back from ${host} for this check`,
      nextStep: 'Run the check again, and report it where it stays.',
    },
  };
}

/**
 * `P_` and the name in upper case for each parameter that the script names. Those that only the judgement reads are left
 * out, so that checks which differ in nothing else share their reading.
 */
function environmentOf(script: string, parameters: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameterEnvironment(parameters))
      .filter(([name]) => script.includes(name))
      .sort(),
  );
}

/** Never rejects, so that nobody has to wait for it: what a scan does not get to is dropped. */
async function collect(
  collectors: Collectors,
  { collector, timeoutMs }: CollectorProbe,
  {
    parameters,
    target,
    until,
  }: { parameters: ParameterValues; target: CollectorTarget | undefined; until: AbortSignal },
): Promise<Answer> {
  const signal = AbortSignal.any([until, AbortSignal.timeout(timeoutMs)]);
  try {
    return { kind: 'facts', facts: await collectors[collector](parameters, signal, target) };
  } catch (error) {
    if (error instanceof CollectorError) {
      const { code, message, nextStep } = error;
      return { kind: 'error', error: { code, message: message.slice(0, 2_000), nextStep } };
    }
    const isLate = signal.aborted && !until.aborted;
    return {
      kind: 'error',
      error: {
        code: isLate ? 'timeout' : 'probe_failed',
        message: `the appliance's own reading ${collector} ${isLate ? 'did not end in time' : 'failed'}`,
        nextStep: 'Look at the network of the appliance, then run the check again.',
      },
    };
  }
}
