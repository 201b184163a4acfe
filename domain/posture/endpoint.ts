import { formatAddress, parseAddress } from './address.ts';

/** Where something listens: a name or an address, and a port. */
export interface Endpoint {
  /** A host name in lower case, or an address without brackets. */
  host: string;
  port: number;
}

const namePattern =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/u;

/**
 * Reads `host`, `host:port`, `10.0.0.1:123`, `[2001:db8::1]:123` or an IPv6 address alone. Undefined where it is none of
 * them, and where there is no port and no `defaultPort`.
 */
export function parseEndpoint(text: string, defaultPort?: number): Endpoint | undefined {
  const alone = parseAddress(text);
  if (alone !== undefined && text !== '*')
    return defaultPort === undefined ? undefined : { host: formatAddress(alone), port: defaultPort };
  const [, name = '', digits] = /^(\[[^\]]+\]|[^:[\]]+)(?::([1-9]\d{0,4}))?$/u.exec(text) ?? [];
  const port = digits === undefined ? defaultPort : Number(digits);
  if (port === undefined || port > 65_535) return undefined;
  const address = parseAddress(name);
  if (address !== undefined && name !== '*') return { host: formatAddress(address), port };
  const host = name.toLowerCase();
  // A name of digits alone is a mistyped address, which some resolvers would take for one.
  return namePattern.test(host) && !/(?:^|\.)\d+\.?$/u.test(host) ? { host, port } : undefined;
}
