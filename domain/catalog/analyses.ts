import type { AnalysisName } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';
import { completing } from '../facts/completing.ts';
import { blockDevices } from '../posture/block-devices.ts';
import { destinations } from '../posture/destinations.ts';
import { dnsResolvers } from '../posture/dns-resolvers.ts';
import { listeningSockets } from '../posture/listening-sockets.ts';
import { routes } from '../posture/routes.ts';
import { chronySources } from '../time/chrony-sources.ts';
import { sntpServers } from '../time/sntp-servers.ts';

/**
 * Makes further facts of those a probe read, with the check's parameters. Pure, and total: what cannot be told is null
 * (see `completing`), so that the check is `unknown`, never guessed.
 */
export type Analysis = (facts: Facts, parameters: ParameterValues) => Facts;

/** The analyses a check may name. */
export const analyses: Partial<Record<AnalysisName, Analysis>> = {
  listening_sockets: listeningSockets,
  dns_resolvers: dnsResolvers,
  routes,
  destinations,
  sntp_servers: sntpServers,
  chrony_sources: chronySources,
  block_devices: completing(
    [
      'judged',
      'plain_mounts',
      'encrypted_mounts',
      'exempt_mounts',
      'unjudged_mounts',
      'plain_swap',
      'encrypted_swap',
    ],
    blockDevices,
  ),
};
