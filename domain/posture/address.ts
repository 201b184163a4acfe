/**
 * Who can reach an address, from the fewest to the most. `loopback`: the host itself. `link`: its own network segment.
 * `private`: networks that are not routed on the internet. `public`: the internet. `any`: every address of the host.
 */
export const exposures = ['loopback', 'link', 'private', 'public', 'any'] as const;
export type Exposure = (typeof exposures)[number];

/** Whether `exposure` reaches no farther than `limit`. */
export function isWithin(exposure: Exposure, limit: Exposure): boolean {
  return exposures.indexOf(exposure) <= exposures.indexOf(limit);
}

/** An IP address of a host as a number. An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. */
export interface Address {
  family: 4 | 6;
  value: bigint;
  /** Interface or zone after `%`, as in `fe80::1%eth0`. */
  zone?: string;
}

const mappedPrefix = 0xffffn;
const zonePattern = /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}$/u;

/**
 * Reads an IPv4 or IPv6 address, with or without brackets and zone: `10.0.0.1`, `[fe80::1]%eth0`, `127.0.0.53%lo`, `*` is
 * read as `::`. Undefined where it is none; names are none, and neither are forms that readers disagree on, as `010.1`.
 */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, bare, zone] = /^(?:\[([^\]%]+)\]|([^%[\]]+))(?:%(.+))?$/u.exec(moveZone(text)) ?? [];
  if (zone !== undefined && !zonePattern.test(zone)) return undefined;
  const body = bracketed ?? bare ?? '';
  const v4 = bracketed === undefined ? parseIpv4(body) : undefined;
  const address =
    v4 === undefined ? parseIpv6(body === '*' ? '::' : body) : { family: 4 as const, value: v4 };
  if (address === undefined) return undefined;
  return zone === undefined ? address : { ...address, zone };
}

/** `[fe80::1%eth0]` as `[fe80::1]%eth0`: both are in use. */
function moveZone(text: string): string {
  return text.replace(/^\[([^\]%]+)%([^\]]+)\]$/u, '[$1]%$2');
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/u.test(part))) return undefined;
  if (parts.some((part) => Number(part) > 255)) return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** RFC 4291, section 2.2. */
function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (!text.includes(':') || halves.length > 2) return undefined;
  const [head, tail] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (head === undefined || tail === undefined) return undefined;
  const zeros = 8 - head.length - tail.length;
  // `::` stands for at least one group of zeros.
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return undefined;
  const groups = [...head, ...new Array<bigint>(zeros).fill(0n), ...tail];
  const value = groups.reduce((sum, group) => (sum << 16n) | group, 0n);
  return value >> 32n === mappedPrefix ? { family: 4, value: value & 0xffffffffn } : { family: 6, value };
}

function groupsOf(half: string): bigint[] | undefined {
  if (half === '') return [];
  const groups: bigint[] = [];
  const parts = half.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/iu.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}

/** The address as RFC 5952 writes it, without brackets, its zone after `%`. */
export function formatAddress({ family, value, zone }: Address): string {
  const text = family === 4 ? formatIpv4(value) : formatIpv6(value);
  return zone === undefined ? text : `${text}%${zone}`;
}

function formatIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function formatIpv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const text = groups.map((group) => group.toString(16)).join(':');
  // The first of the longest runs of two zeros and more.
  const runs = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/gu)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest === ''
    ? text
    : text.replace(new RegExp(`:?(?<![0-9a-f])${longest}(?![0-9a-f]):?`, 'u'), '::');
}
