import { BlockList, isIP } from 'node:net';

/** Whether an address may be connected to on a tenant's word: `public`, `private` where allowed, else never. */
export type AddressClass = 'public' | 'private' | 'forbidden';

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix = ''] = range.split('/');
    list.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/**
 * Never: this network, link-local with the cloud metadata services, documentation, multicast, reserved (IANA special
 * purpose registries, RFC 6890), and the metadata addresses that lie elsewhere (AWS over IPv6, Alibaba).
 */
const forbidden = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'fec0::/10',
  'fd00:ec2::254/128',
  '2001:db8::/32',
  '100::/64',
  'ff00::/8',
]);
/** Loopback, private use (RFC 1918, RFC 4193), shared space (RFC 6598) and benchmarking (RFC 2544). */
const inside = blockList([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  '::1/128',
  'fc00::/7',
]);
/** IPv6 forms that lead to an IPv4 address: mapped, compatible, NAT64 (RFC 6052, RFC 8215), 6to4, Teredo. */
const carriers = blockList(['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32', '::/96']);

/** Class of an IP address in text form; what is no address is `forbidden`. */
export function classifyAddress(address: string): AddressClass {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return 'forbidden';
  const type = family === 6 ? 'ipv6' : 'ipv4';
  // A block list compares an IPv4-mapped address with its IPv4 rules itself.
  if (forbidden.check(address, type)) return 'forbidden';
  if (inside.check(address, type)) return 'private';
  // What a carrier leads to depends on the network it is sent into.
  return type === 'ipv6' && carriers.check(address, type) ? 'forbidden' : 'public';
}
