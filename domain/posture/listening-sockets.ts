import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { isAllowed, isUsedBy, parseAllowList } from './allow-list.ts';
import { findProhibited, unknownExceptions } from './find-prohibited.ts';
import { listenerLine, parseListener, type Listener } from './listener.ts';
import { splitList } from './split-list.ts';

/** The most lines a fact holds; see contracts/facts.ts. */
const maxLines = 1_000;

/**
 * Analysis `listening_sockets`: which sockets of a host listen, for whom, and whether they should.
 *
 * Reads the facts
 * - `listeners`, lines `protocol address port process` (see `parseListener`); read them as root, or processes lack
 * - `snmp_versions`, `smb_versions`, optional texts: the versions that are on, as `3` or `1,2c,3`. Without the first, an
 *   SNMP listener is prohibited; without the second, SMB is taken to be of a later version than 1
 *
 * and the parameters, all of which may be absent
 * - `allowed`: an allow-list (see `parseAllowList`); empty allows nothing
 * - `prohibited_exceptions`: names of prohibited services that this host may offer, separated by commas
 * - `include_loopback` (`false`): whether the allow-list is for loopback, too
 *
 * Gives the facts, where a listener is a line `protocol address port process exposure`
 * - `unexpected`: listeners that the allow-list does not allow
 * - `external_bindings`: listeners that others can reach; `public_bindings`: those on a public address, or on all
 * - `prohibited`: lines `name: listener: reason`
 * - `unused_entries`: entries of the allow-list that no listener needs
 * - `listener_count`, `external_count`
 *
 * With a line that is no listener or a parameter that is not right, gives `analysis_error` and all else null, so that nothing passes.
 */
export const listeningSockets = completing(
  [
    'unexpected',
    'external_bindings',
    'public_bindings',
    'prohibited',
    'unused_entries',
    'listener_count',
    'external_count',
  ],
  analyse,
);

function analyse(facts: Facts, parameters: ParameterValues): Facts {
  const listeners = readListeners(facts['listeners']);
  if (typeof listeners === 'string') return { analysis_error: listeners };
  const allowed = parseAllowList(textOf(parameters['allowed']));
  if (!allowed.ok) return { analysis_error: `The allow-list: ${allowed.problems.join('; ')}.` };
  const exceptions = splitList(textOf(parameters['prohibited_exceptions']));
  const unknown = unknownExceptions(exceptions);
  if (unknown.length > 0) return { analysis_error: `No prohibited service is named ${unknown.join(', ')}.` };

  const external = listeners.filter(({ exposure }) => exposure !== 'loopback');
  const judged = parameters['include_loopback'] === true ? listeners : external;
  return {
    unexpected: lines(judged.filter((listener) => !isAllowed(listener, allowed.entries))),
    external_bindings: lines(external),
    public_bindings: lines(external.filter(({ exposure }) => exposure === 'public' || exposure === 'any')),
    prohibited: findProhibited(listeners, facts, exceptions).slice(0, maxLines),
    unused_entries: allowed.entries
      .filter((entry) => !judged.some((listener) => isUsedBy(entry, listener)))
      .map(({ text }) => text),
    listener_count: listeners.length,
    external_count: external.length,
  };
}

/** The listeners of a fact's lines, each once, or why they cannot be read. */
export function readListeners(fact: Facts[string] | undefined): Listener[] | string {
  if (!Array.isArray(fact)) return 'There are no listeners.';
  const listeners = new Map<string, Listener>();
  for (const line of fact) {
    const listener = parseListener(line);
    if (listener === undefined) return `This is not a listener: ${line.slice(0, 200)}`;
    listeners.set(listenerLine(listener), listener);
  }
  return [...listeners.values()];
}

function textOf(value: ParameterValues[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}

function lines(listeners: readonly Listener[]): string[] {
  return listeners.map(listenerLine);
}
