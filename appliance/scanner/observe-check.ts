import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import {
  type HostOs,
  type Observation,
  observationSchema,
  type ProbeError,
  type Severity,
} from '../../contracts/observation.ts';
import { judgeCheck } from '../../domain/catalog/judge-check.ts';
import { parseProbeOutput } from '../../domain/catalog/parse-probe-output.ts';
import { TransportError } from '../transports/transport-error.ts';
import type { RunResult, Transport } from '../transports/transport.ts';
import { failedProbe, transportProblem } from './probe-error.ts';
import type { HostOsReader } from './host-os.ts';

/** What an observation says apart from the answer itself. */
export interface Occasion {
  site: string;
  host: string;
  source: 'scan' | 'verify';
  signal?: AbortSignal;
}

export interface ObserveDeps {
  transport: Transport;
  osReader: HostOsReader;
  /** Our clock, in milliseconds. */
  now: () => number;
  /** A new UUID. */
  newId: () => string;
}

/** Bytes of a probe's output; a probe prints a few lines of facts. */
const maxProbeBytes = 1_048_576;

/**
 * Runs one check's probe and judges the answer. Whatever the host does becomes an observation: `error` where the probe
 * could not run, `unknown` where its answer cannot be judged.
 */
export async function observeCheck(
  deps: ObserveDeps,
  occasion: Occasion,
  check: CheckDefinition,
): Promise<Observation> {
  const { probe } = check;
  if (probe.kind !== 'script')
    throw new TypeError(`${check.id} is read by ${probe.collector}, not on a host`);
  try {
    const result = await deps.transport.run({
      host: occasion.host,
      script: probe.script,
      sudo: probe.sudo,
      environment: {},
      timeoutMs: probe.timeoutMs,
      keepBytes: maxProbeBytes,
      maxOutputBytes: maxProbeBytes,
      survivesCut: false,
      ...(occasion.signal === undefined ? {} : { signal: occasion.signal }),
    });
    const os = await deps.osReader.ofConnection(occasion.host, result.connection);
    return judged(deps, occasion, check, result, os);
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return errorObservation(deps, occasion, check, transportProblem(error));
  }
}

/** An observation that says why the check could not be carried out. */
export function errorObservation(
  deps: Pick<ObserveDeps, 'now' | 'newId'>,
  occasion: Occasion,
  check: { id: string; severity: Severity },
  error: ProbeError,
  os: HostOs = { family: 'linux', id: 'unknown', version: 'unknown' },
): Observation {
  return {
    ...envelope(deps, occasion, check, os),
    status: 'error',
    facts: {},
    message: `${check.id} could not be checked: ${error.message}`.slice(0, 2_000),
    error,
  };
}

function judged(
  deps: ObserveDeps,
  occasion: Occasion,
  check: CheckDefinition,
  result: RunResult,
  os: HostOs,
): Observation {
  const skew = result.clockSkewMs === undefined ? {} : { clockSkewMs: result.clockSkewMs };
  if (result.exitCode !== 0) {
    const problem = failedProbe(occasion.host, result);
    return { ...errorObservation(deps, occasion, check, problem, os), ...skew };
  }
  const reading = parseProbeOutput(check, result.stdout.head.toString());
  // Measured by us, not printed by the probe: checks may judge by it, and the probe cannot override it.
  if (result.clockSkewMs !== undefined) reading.facts['clock_skew_ms'] = result.clockSkewMs;
  const { status, message, facts } = judgeCheck(check, reading);
  const base = { ...envelope(deps, occasion, check, os), ...skew };
  const parsed = observationSchema.safeParse({ ...base, status, facts, message });
  if (parsed.success && status !== 'unknown') return parsed.data;
  return {
    ...base,
    status: 'unknown',
    facts: parsed.success ? facts : {},
    message: parsed.success ? message : 'The answer of the host does not have the form of facts.',
    error: {
      code: 'unreadable_answer',
      message: `the answer of ${occasion.host} to ${check.id} cannot be judged`,
      nextStep: 'Run the probe by hand on the host and compare what it prints with the check.',
    },
  };
}

function envelope(
  deps: Pick<ObserveDeps, 'now' | 'newId'>,
  { site, host, source }: Occasion,
  { id, severity }: { id: string; severity: Severity },
  os: HostOs,
): Omit<Observation, 'status' | 'facts' | 'message'> {
  const observedAt = new Date(deps.now()).toISOString();
  return { id: deps.newId(), site, host, check: id, severity, os, observedAt, source };
}
