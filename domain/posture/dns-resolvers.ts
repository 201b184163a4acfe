import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { formatAddress, parseAddress, type Address } from './address.ts';
import { exposureOf } from './exposure.ts';
import { holds, parsePrefixes, type Prefix } from './prefix.ts';
import { publicResolverOperator } from './public-resolvers.ts';
import { splitList } from './split-list.ts';

/**
 * Analysis `dns_resolvers`: whom a host asks for names.
 *
 * Reads the facts
 * - `resolvers`, lines `address`, and after it whatever helps people, as the interface: `192.168.1.1 eth0`. An address
 *   may have a port or a name as resolvectl(1) writes them: `1.1.1.1:853#cloudflare-dns.com`. Give those of a local
 *   forwarder, too; a forwarder alone hides whom it asks
 * - `search`, optional lines: search domains
 * - `dns_over_tls`, `dnssec`, optional texts as resolvectl prints them: `yes`, `no`, `opportunistic`, `allow-downgrade`
 *
 * and the parameters, all of which may be absent
 * - `allowed`: addresses and prefixes, separated by commas. Where it is empty, those of the practice's own networks are
 *   allowed, and public ones are not
 * - `allowed_search`: domains, separated by commas; empty allows any
 *
 * Gives the facts
 * - `resolver_count`, without repetitions; `only_local`: all of them are on loopback
 * - `unexpected_resolvers`: addresses that are not allowed
 * - `public_resolvers`: lines `address operator`, the operator `unknown` where it is none of those known
 * - `unexpected_search`: search domains that are not allowed
 * - `transport`: `encrypted`, `opportunistic`, `clear`; `validation`: `strict`, `downgradable`, `none`; each only where given
 *
 * With a line or a parameter that is not right, gives `analysis_error` and all else null.
 */
export const dnsResolvers = completing(
  [
    'resolver_count',
    'only_local',
    'unexpected_resolvers',
    'public_resolvers',
    'unexpected_search',
    'transport',
    'validation',
  ],
  analyse,
);

function analyse(facts: Facts, parameters: ParameterValues): Facts {
  const lines = facts['resolvers'];
  const search = facts['search'] ?? [];
  if (!Array.isArray(lines) || !Array.isArray(search)) return { analysis_error: 'There are no resolvers.' };
  const allowed = parsePrefixes(parameters['allowed']);
  if (typeof allowed === 'string') return { analysis_error: allowed };
  const resolvers = new Map<string, Address>();
  for (const line of lines) {
    const address = parseResolver(line);
    if (address === undefined) return { analysis_error: `This is not a resolver: ${line.slice(0, 200)}` };
    resolvers.set(formatAddress(address), address);
  }
  const all = [...resolvers.values()];
  return {
    resolver_count: all.length,
    only_local: all.length > 0 && all.every((address) => exposureOf(address) === 'loopback'),
    unexpected_resolvers: all.filter((address) => !isExpected(address, allowed)).map(formatAddress),
    public_resolvers: all
      .filter(isPublic)
      .map((each) => `${formatAddress(each)} ${publicResolverOperator(each) ?? 'unknown'}`),
    unexpected_search: unexpectedDomains(search, parameters['allowed_search']),
    ...stated('transport', facts['dns_over_tls'], {
      yes: 'encrypted',
      opportunistic: 'opportunistic',
      no: 'clear',
    }),
    ...stated('validation', facts['dnssec'], {
      yes: 'strict',
      'allow-downgrade': 'downgradable',
      no: 'none',
    }),
  };
}

function parseResolver(line: string): Address | undefined {
  const [first = ''] = line.trim().split(/\s+/u, 1);
  const [withPort = ''] = first.split('#', 1);
  const address = parseAddress(withPort) ?? parseAddress(withPort.replace(/:\d{1,5}$/u, ''));
  return withPort === '*' || address?.value === 0n ? undefined : address;
}

function isExpected(address: Address, allowed: readonly Prefix[]): boolean {
  // A forwarder on the host itself is judged by those it asks.
  if (exposureOf(address) === 'loopback') return true;
  return allowed.length === 0 ? !isPublic(address) : allowed.some((prefix) => holds(prefix, address));
}

function isPublic(address: Address): boolean {
  return exposureOf(address) === 'public';
}

function unexpectedDomains(
  search: readonly string[],
  parameter: ParameterValues[string] | undefined,
): string[] {
  const plain = (domain: string) => domain.trim().toLowerCase().replace(/^~/u, '').replace(/\.$/u, '');
  const allowed = splitList(typeof parameter === 'string' ? parameter : '').map(plain);
  if (allowed.length === 0) return [];
  return search.map(plain).filter((domain) => domain !== '' && !allowed.includes(domain));
}

function stated(name: string, value: Facts[string] | undefined, words: Record<string, string>): Facts {
  const word = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined;
  return word === undefined ? {} : { [name]: word };
}
