import { isIP } from 'node:net';
import type { Endpoint } from '../../domain/posture/endpoint.ts';
import type { SocketAddress } from './open-datagram-socket.ts';

/** Finds an address of a name, as getaddrinfo(3) does. */
export type Lookup = (host: string) => Promise<{ address: string; family: number }>;

/** A server with its address, or why it has none that counts. */
export type ResolvedServer = { server: string; to: SocketAddress } | { server: string; reason: string };

/**
 * The addresses of some servers, each address and port once: one server behind five names is one opinion. Waits for a
 * name at most `timeoutMs`.
 */
export async function resolveServers(
  servers: readonly { server: string; endpoint: Endpoint }[],
  lookup: Lookup,
  late: () => Promise<void>,
): Promise<ResolvedServer[]> {
  const found = await Promise.all(servers.map((each) => resolveOne(each, lookup, late)));
  const owners = new Map<string, string>();
  return found.map((each) => {
    if (!('to' in each)) return each;
    const key = `${each.to.address} ${each.to.port}`;
    const owner = owners.get(key);
    if (owner !== undefined) return { server: each.server, reason: `it is the same server as ${owner}` };
    owners.set(key, each.server);
    return each;
  });
}

async function resolveOne(
  { server, endpoint: { host, port } }: { server: string; endpoint: Endpoint },
  lookup: Lookup,
  late: () => Promise<void>,
): Promise<ResolvedServer> {
  const literal = isIP(host);
  if (literal !== 0) return { server, to: { address: host, family: literal === 4 ? 4 : 6, port } };
  try {
    const found = await Promise.race([lookup(host), late().then(() => undefined)]);
    if (found === undefined) return { server, reason: 'its name was not found in time' };
    return { server, to: { address: found.address, family: found.family === 6 ? 6 : 4, port } };
  } catch {
    return { server, reason: 'its name was not found' };
  }
}
