import type { CheckDefinition } from '../../contracts/catalog/check.ts';
import {
  type HostOs,
  type Observation,
  observationSchema,
  type ProbeError,
  type Severity,
} from '../../contracts/observation.ts';
import { judgeCheck } from '../../domain/catalog/judge-check.ts';
import { parseProbeOutput, type ProbeReading } from '../../domain/catalog/parse-probe-output.ts';
import type { CollectorTarget } from '../collectors/collector.ts';
import { unknownOs } from './host-os.ts';
import type { ReadyCheck } from './plan-check.ts';
import { failedProbe, transportProblem } from './probe-error.ts';
import { type Answer, readHost, type ReadHostDeps } from './read-host.ts';

/** What an observation says apart from the answer itself. */
export interface Occasion {
  site: string;
  host: string;
  source: 'scan' | 'verify';
  /** Where the appliance's own readings find the host. */
  target?: CollectorTarget;
  signal?: AbortSignal;
}

export interface ObserveDeps extends ReadHostDeps {
  /** Our clock, in milliseconds. */
  now: () => number;
  /** A new UUID. */
  newId: () => string;
}

type Stamps = Pick<ObserveDeps, 'now' | 'newId'>;

/**
 * Runs the checks on one host and judges the answers, one observation each in their order. Whatever a probe does becomes
 * an observation: `error` where it could not run, `unknown` where its answer cannot be judged.
 *
 * @throws TransportError where the host cannot be asked at all
 */
export async function observeChecks(
  deps: ObserveDeps,
  occasion: Occasion,
  checks: readonly ReadyCheck[],
): Promise<{ os: HostOs; observations: Observation[] }> {
  const { os, clockSkewMs, answers } = await readHost(deps, occasion, checks);
  const observing = { deps, occasion, os, skew: clockSkewMs };
  return { os, observations: answers.map(({ ready, answer }) => observationOf(observing, ready, answer)) };
}

/** An observation that says why the check could not be carried out. */
export function errorObservation(
  deps: Stamps,
  occasion: Occasion,
  check: { id: string; severity: Severity },
  error: ProbeError,
  os: HostOs = unknownOs,
): Observation {
  return {
    ...envelope(deps, occasion, check, os),
    status: 'error',
    facts: {},
    message: `${check.id} could not be checked: ${error.message}`.slice(0, 2_000),
    error,
  };
}

interface Observing {
  deps: Stamps;
  occasion: Occasion;
  os: HostOs;
  skew: number | undefined;
}

function observationOf(observing: Observing, ready: ReadyCheck, answer: Answer): Observation {
  const read = readingOf(observing.occasion.host, ready.check, answer);
  if (read.ok) return judged(observing, ready, read.reading);
  const { deps, occasion, os, skew } = observing;
  const observation = errorObservation(deps, occasion, ready.check, read.error, os);
  return skew === undefined ? observation : { ...observation, clockSkewMs: skew };
}

function readingOf(
  host: string,
  check: CheckDefinition,
  answer: Answer,
): { ok: true; reading: ProbeReading } | { ok: false; error: ProbeError } {
  if (answer.kind === 'error') return { ok: false, error: answer.error };
  if (answer.kind === 'facts') return { ok: true, reading: { facts: { ...answer.facts }, unreadable: {} } };
  const { outcome } = answer;
  if (!outcome.ok) return { ok: false, error: transportProblem(outcome.error) };
  if (outcome.exitCode !== 0) return { ok: false, error: failedProbe(host, outcome) };
  return { ok: true, reading: parseProbeOutput(check, outcome.stdout.toString()) };
}

function judged(
  { deps, occasion, os, skew }: Observing,
  { check, parameters }: ReadyCheck,
  reading: ProbeReading,
): Observation {
  // Measured by us, not printed by the probe: checks may judge by it, and the probe cannot override it.
  if (skew !== undefined) reading.facts['clock_skew_ms'] = skew;
  const { status, message, facts } = judgeCheck(check, reading, parameters);
  const base = {
    ...envelope(deps, occasion, check, os),
    ...(skew === undefined ? {} : { clockSkewMs: skew }),
  };
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
  deps: Stamps,
  { site, host, source }: Occasion,
  { id, severity }: { id: string; severity: Severity },
  os: HostOs,
): Omit<Observation, 'status' | 'facts' | 'message'> {
  const observedAt = new Date(deps.now()).toISOString();
  return { id: deps.newId(), site, host, check: id, severity, os, observedAt, source };
}
