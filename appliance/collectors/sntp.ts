import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { parseEndpoint, type Endpoint } from '../../domain/posture/endpoint.ts';
import { splitList } from '../../domain/posture/split-list.ts';
import { measurementLine } from '../../domain/time/measurement-line.ts';
import { sourceOf } from '../../domain/time/time-source.ts';
import { CollectorError, type Collector } from './collector.ts';
import { integerParameter, textParameter } from './collector-parameters.ts';
import { queryTimeServer, type QueryDeps, type QueryOptions } from './query-time-server.ts';
import { resolveServers, type Lookup, type ResolvedServer } from './resolve-servers.ts';
import { MeasurementSharing } from './share-measurement.ts';

export interface SntpDeps extends QueryDeps {
  lookup: Lookup;
  /** Between two requests to one server; 2 s unless given, as in a burst of ntpd and chronyd. */
  spacingMs?: number;
}

/** Fewer servers cannot outvote two that are wrong (B5; RFC 8633, section 3.2). */
const minServers = 5;
const maxServers = 20;
/** How long a measurement holds: many hosts may ask for it in one scan, and servers do not like to be asked often. */
const reuseMs = 64_000;
/** A clock that moved by more against one that nobody sets has been set; slewing moves it by less in `reuseMs`. */
const setMs = 50;
/** How long a server is left alone that asked for it: `RATE` a while, all others a day. */
const pauseMs = { rate: 900_000, refused: 86_400_000 };

interface Question {
  servers: { server: string; endpoint: Endpoint }[];
  options: QueryOptions;
}
interface Measurement {
  facts: Facts;
  doneAtMs: number;
  /** Our clock minus the one that nobody sets. */
  clockMs: number;
}

/**
 * Collector `sntp`: asks at least five servers for the time, all at once, by SNTP version 4 (RFC 4330, RFC 5905). It
 * never sets a clock. Nothing authenticates the answers: a nonce keeps out whoever cannot see the requests, and whoever
 * stands between has to change the answers of most servers. Answers of one measurement serve all who ask for the same within 64 s, while our clock is not set.
 *
 * Parameters
 * - `servers`: names or addresses, with a port where it is not 123, separated by commas; 5 to 20
 * - `samples` (3): requests to each, 2 s apart; the one with the least delay counts
 * - `timeout_ms` (1500): how long an answer is waited for. The whole takes at most
 *   `(samples + 1) × timeout_ms + (samples − 1) × 2 s`; give the probe more
 *
 * Facts, for the analysis `sntp_servers`: `measurements`, lines `server stratum leap offset_ms delay_ms distance_ms`, and
 * `silent`, lines `server: reason`.
 *
 * @throws CollectorError where the servers are too few, too many, or not servers
 */
export function createSntpCollector(deps: SntpDeps): Collector {
  const pausedUntilMs = new Map<string, number>();
  const clockMs = () => deps.now() - deps.monotonicMs();
  const sharing = new MeasurementSharing<Measurement>(
    (done) => deps.monotonicMs() - done.doneAtMs < reuseMs && Math.abs(clockMs() - done.clockMs) < setMs,
  );
  const measure = async ({ servers, options }: Question, signal: AbortSignal): Promise<Measurement> => {
    const resolved = await resolveServers(servers, deps.lookup, () => deps.wait(options.timeoutMs, signal));
    const results = await Promise.all(
      resolved.map((each) => askOne(deps, pausedUntilMs, each, options, signal)),
    );
    const facts = {
      measurements: results.flatMap(({ line }) => line ?? []),
      silent: results.flatMap(({ silent }) => silent ?? []),
    };
    return { facts, doneAtMs: deps.monotonicMs(), clockMs: clockMs() };
  };
  return async (parameters, signal) => {
    const question = readQuestion(parameters, deps.spacingMs ?? 2_000);
    const { facts } = await sharing.measure(JSON.stringify(question), signal, (stop) =>
      measure(question, stop),
    );
    return facts;
  };
}

function readQuestion(parameters: ParameterValues, spacingMs: number): Question {
  const integer = (name: string, otherwise: number, min: number, max: number) =>
    integerParameter('sntp', parameters, name, { otherwise, min, max });
  const servers = splitList(textParameter('sntp', parameters, 'servers', '')).map((server) => {
    const endpoint = parseEndpoint(server, 123);
    if (endpoint === undefined)
      throw new CollectorError('sntp', `${JSON.stringify(server)} is not a server, as time.example.org`);
    return { server, endpoint };
  });
  if (servers.length < minServers || servers.length > maxServers)
    throw new CollectorError(
      'sntp',
      `it asks ${minServers} to ${maxServers} servers, and has ${servers.length}`,
    );
  return {
    servers,
    options: {
      samples: integer('samples', 3, 1, 8),
      timeoutMs: integer('timeout_ms', 1_500, 50, 10_000),
      spacingMs,
    },
  };
}

async function askOne(
  deps: SntpDeps,
  pausedUntilMs: Map<string, number>,
  resolved: ResolvedServer,
  options: QueryOptions,
  signal: AbortSignal,
): Promise<{ line?: string; silent?: string }> {
  const { server } = resolved;
  if (!('to' in resolved)) return { silent: `${server}: ${resolved.reason}` };
  const key = `${resolved.to.address} ${resolved.to.port}`;
  if (deps.monotonicMs() < (pausedUntilMs.get(key) ?? 0))
    return { silent: `${server}: it asked to be left alone for a while` };
  const { samples, reason, kiss } = await queryTimeServer(deps, resolved.to, options, signal);
  if (kiss !== undefined)
    pausedUntilMs.set(key, deps.monotonicMs() + (kiss === 'RATE' ? pauseMs.rate : pauseMs.refused));
  const source = sourceOf(server, samples);
  return source === undefined
    ? { silent: `${server}: ${reason ?? 'it did not answer'}` }
    : { line: measurementLine(source) };
}
