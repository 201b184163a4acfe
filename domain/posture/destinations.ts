import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { parseEndpoint, type Endpoint } from './endpoint.ts';
import { splitList } from './split-list.ts';

/** Something that must be reachable, by a name of the site's own. */
export interface Destination extends Endpoint {
  name: string;
}

/** What came of connecting: only `open` is reachable. */
export const reachStates = ['open', 'refused', 'timeout', 'unresolved', 'unreachable', 'error'] as const;
export type ReachState = (typeof reachStates)[number];

/** What came of connecting to one destination. */
export interface Reach extends Destination {
  state: ReachState;
  /** Time in which the connection opened. */
  latencyMs?: number;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/u;

/** Reads destinations `name=host:port`, separated by commas, or tells what is wrong. */
export function parseDestinations(text: string): Destination[] | string {
  const destinations: Destination[] = [];
  for (const part of splitList(text)) {
    const [, name = '', where = ''] = /^([^=]+)=(.+)$/u.exec(part) ?? [];
    const endpoint = parseEndpoint(where);
    if (!namePattern.test(name) || endpoint === undefined)
      return `${JSON.stringify(part)} is not a destination, as labs=labs.example.org:443.`;
    if (destinations.some((other) => other.name === name)) return `The destination ${name} is there twice.`;
    destinations.push({ name, ...endpoint });
  }
  return destinations;
}

/** The line of a fact, `name host port state latency`: latency in whole milliseconds, `-` where it did not open. */
export function reachLine({ name, host, port, state, latencyMs }: Reach): string {
  return `${name} ${host} ${port} ${state} ${latencyMs === undefined ? '-' : Math.round(latencyMs)}`;
}

/** Reads what `reachLine` writes; undefined where the line has another form. */
export function parseReach(line: string): Reach | undefined {
  const match = /^(\S+) (\S+) (\d{1,5}) ([a-z]+) (-|\d{1,9})$/u.exec(line.trim());
  if (match === null) return undefined;
  const [name = '', host = '', digits = '', word = '', latency = ''] = match.slice(1);
  const state = reachStates.find((known) => known === word);
  const port = Number(digits);
  if (!namePattern.test(name) || state === undefined || port < 1 || port > 65_535) return undefined;
  return { name, host, port, state, ...(latency === '-' ? {} : { latencyMs: Number(latency) }) };
}

/**
 * Analysis `destinations`: whether what the practice needs can be reached, from the appliance (collector `tcp_reach`) or
 * from a host.
 *
 * Reads the fact `destinations`, lines `name host port state latency` (see `reachLine` and `reachStates`), and the
 * parameters, both of which may be absent
 * - `destinations`: `name=host:port`, separated by commas: those that must be reported
 * - `max_latency_ms`: a destination that answers later is slow; 0 or absent sets no limit
 *
 * Gives the facts `destination_count`, `reachable_count`, `unreachable` and `slow`, the last two as lines.
 *
 * With a line or a parameter that is not right, or without the line of a destination that must be reported, gives
 * `analysis_error` and all else null: what nobody tried is not reachable, and not unreachable either.
 */
export const destinations = completing(
  ['destination_count', 'reachable_count', 'unreachable', 'slow'],
  analyse,
);

function analyse(facts: Facts, parameters: ParameterValues): Facts {
  const lines = facts['destinations'];
  if (!Array.isArray(lines)) return { analysis_error: 'There are no destinations.' };
  const reaches: Reach[] = [];
  for (const line of lines) {
    const reach = parseReach(line);
    if (reach === undefined) return { analysis_error: `This is not a destination: ${line.slice(0, 200)}` };
    reaches.push(reach);
  }
  const { destinations: required = '', max_latency_ms: limitMs = 0 } = parameters;
  const expected = parseDestinations(typeof required === 'string' ? required : '');
  if (typeof expected === 'string') return { analysis_error: expected };
  const untold = expected.filter(({ name }) => !reaches.some((reach) => reach.name === name));
  if (untold.length > 0)
    return { analysis_error: `Nothing is known of ${untold.map(({ name }) => name).join(', ')}.` };
  const slow = (reach: Reach) =>
    typeof limitMs === 'number' && limitMs > 0 && (reach.latencyMs ?? 0) > limitMs;
  const open = reaches.filter(({ state }) => state === 'open');
  return {
    destination_count: reaches.length,
    reachable_count: open.length,
    unreachable: reaches.filter(({ state }) => state !== 'open').map(reachLine),
    slow: open.filter(slow).map(reachLine),
  };
}
