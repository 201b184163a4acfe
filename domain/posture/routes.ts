import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { parseAddress, type Address } from './address.ts';
import { holds, parsePrefix, parsePrefixes, type Prefix } from './prefix.ts';

/** A route of a host: packets to `destination` leave by `device`, through `gateway` where it is not on the same link. */
export interface Route {
  destination: Prefix;
  gateway?: Address;
  device: string;
  line: string;
}

/**
 * Analysis `routes`: where a host's packets go, and whether it passes on those of others.
 *
 * Reads the facts
 * - `routes`, lines `destination gateway device`, as `default 192.168.1.1 eth0` or `10.0.0.0/8 - wg0`, with `-` where there
 *   is no gateway. `default` without a gateway is IPv4's; write IPv6's `::/0` then. Leave out the host's own addresses,
 *   multicast and what is dropped (`ip route show table main type unicast`)
 * - `ipv4_forwarding`, `ipv6_forwarding`, optional booleans
 *
 * and the parameters, all of which may be absent
 * - `allowed_prefixes`: destinations that may go through a gateway, separated by commas
 * - `gateways`: addresses and prefixes of allowed default gateways, separated by commas; empty allows any
 * - `router` (`false`): whether the host is one, and may forward
 *
 * Gives the facts
 * - `default_count_v4`, `default_count_v6`; `default_routes`: lines
 * - `unexpected_gateways`: default routes through a gateway that is not allowed, or through none, while `gateways` is set
 * - `unexpected_routes`: routes through a gateway, other than the default, whose destination is in no allowed prefix
 * - `forwards`: whether it forwards IPv4 or IPv6, and `forwards_unexpectedly`: though it is no router; both only where
 *   forwarding is given
 *
 * With a line or a parameter that is not right, gives `analysis_error` and all else null.
 */
export const routes = completing(
  [
    'default_count_v4',
    'default_count_v6',
    'default_routes',
    'unexpected_gateways',
    'unexpected_routes',
    'forwards',
    'forwards_unexpectedly',
  ],
  analyse,
);

function analyse(facts: Facts, parameters: ParameterValues): Facts {
  const lines = facts['routes'];
  if (!Array.isArray(lines)) return { analysis_error: 'There are no routes.' };
  const allowed = parsePrefixes(parameters['allowed_prefixes']);
  const gateways = parsePrefixes(parameters['gateways']);
  if (typeof allowed === 'string') return { analysis_error: allowed };
  if (typeof gateways === 'string') return { analysis_error: gateways };
  const all: Route[] = [];
  for (const line of lines) {
    const route = parseRoute(line);
    if (route === undefined) return { analysis_error: `This is not a route: ${line.slice(0, 200)}` };
    all.push(route);
  }
  const defaults = all.filter(isDefault);
  return {
    default_count_v4: defaults.filter(({ destination }) => destination.family === 4).length,
    default_count_v6: defaults.filter(({ destination }) => destination.family === 6).length,
    default_routes: defaults.map(({ line }) => line),
    unexpected_gateways:
      gateways.length === 0 ? [] : linesOf(defaults, (route) => !isThrough(route, gateways)),
    unexpected_routes: linesOf(all, (route) => isDetour(route) && !isInto(route, allowed)),
    ...forwarding(facts, parameters['router'] === true),
  };
}

/** Reads a line `destination gateway device`; undefined where it has another form. */
export function parseRoute(line: string): Route | undefined {
  const [to = '', via = '', device = '', more] = line.trim().split(/\s+/u);
  const gateway = via === '-' ? undefined : parseAddress(via);
  if (more !== undefined || device === '' || via === '*' || (gateway === undefined && via !== '-'))
    return undefined;
  const destination = parsePrefix(to === 'default' ? (gateway?.family === 6 ? '::/0' : '0.0.0.0/0') : to);
  if (destination === undefined) return undefined;
  return {
    destination,
    ...(gateway === undefined ? {} : { gateway }),
    device,
    line: line.trim().slice(0, 500),
  };
}

function isDefault({ destination }: Route): boolean {
  return destination.length === 0;
}

/** Two halves of the internet are a default route by another name (a VPN's way), and so a detour without a gateway, too. */
function isDetour(route: Route): boolean {
  return !isDefault(route) && (route.gateway !== undefined || route.destination.length <= 1);
}

function isThrough({ gateway }: Route, gateways: readonly Prefix[]): boolean {
  return gateway !== undefined && gateways.some((prefix) => holds(prefix, gateway));
}

function isInto({ destination }: Route, allowed: readonly Prefix[]): boolean {
  return allowed.some((prefix) => holds(prefix, destination));
}

function linesOf(all: readonly Route[], which: (route: Route) => boolean): string[] {
  return all.filter(which).map(({ line }) => line);
}

function forwarding({ ipv4_forwarding: v4, ipv6_forwarding: v6 }: Facts, isRouter: boolean): Facts {
  if (typeof v4 !== 'boolean' && typeof v6 !== 'boolean') return {};
  const forwards = v4 === true || v6 === true;
  return { forwards, forwards_unexpectedly: forwards && !isRouter };
}
