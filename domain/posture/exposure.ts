import type { Address, Exposure } from './address.ts';
import { holds, parsePrefix, type Prefix } from './prefix.ts';

/** Special ranges, the narrower before the wider; from the IANA registries of special-purpose and multicast addresses. */
const ranges: readonly (readonly [string, Exposure])[] = [
  ['127.0.0.0/8', 'loopback'],
  ['::1/128', 'loopback'],
  // Multicast by its scope, RFC 4291 section 2.7 and RFC 2365.
  ['ff01::/16', 'loopback'],
  ['ff02::/16', 'link'],
  ['ff04::/14', 'private'],
  ['ff08::/16', 'private'],
  ['224.0.0.0/24', 'link'],
  ['239.0.0.0/8', 'private'],
  ['255.255.255.255/32', 'link'],
  ['169.254.0.0/16', 'link'],
  ['fe80::/10', 'link'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  // Shared address space of carriers, RFC 6598.
  ['100.64.0.0/10', 'private'],
  ['fc00::/7', 'private'],
  // Site-local, deprecated by RFC 3879 and still in use.
  ['fec0::/10', 'private'],
];

const table: readonly { prefix: Prefix; exposure: Exposure }[] = ranges.map(([text, exposure]) => {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw new Error(`${text} is not a prefix`);
  return { prefix, exposure };
});

/** Who can reach a socket that is bound to `address`. What is in no special range is public. */
export function exposureOf(address: Address): Exposure {
  // A socket bound to the loopback interface takes no packet from elsewhere, whatever its address is.
  if (address.zone === 'lo') return 'loopback';
  if (address.value === 0n) return 'any';
  return table.find(({ prefix }) => holds(prefix, address))?.exposure ?? 'public';
}
