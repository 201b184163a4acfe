import type { Collectors } from './collector.ts';
import { nodeSntpDeps } from './node-sntp-deps.ts';
import { createSntpCollector } from './sntp.ts';
import { collectTcpReach } from './tcp-reach.ts';
import { createTlsEndpointCollector } from './tls-endpoint.ts';
import { trustedAuthorities } from './tls-handshake.ts';

/** All collectors, over this machine's clock and network. One set serves a process: they keep what spares the network. */
export function createCollectors(): Collectors {
  return {
    sntp: createSntpCollector(nodeSntpDeps),
    tls_endpoint: createTlsEndpointCollector({ now: Date.now, authorities: trustedAuthorities }),
    tcp_reach: collectTcpReach,
  };
}
