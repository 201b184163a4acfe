import {
  parseDestinations,
  reachLine,
  type Destination,
  type Reach,
} from '../../domain/posture/destinations.ts';
import { mapConcurrently } from '../scanner/map-concurrently.ts';
import { CollectorError, type Collector } from './collector.ts';
import { integerParameter, textParameter } from './collector-parameters.ts';
import { connectTcp } from './connect-tcp.ts';

/** Connections opened at a time. */
const atATime = 16;
const maxDestinations = 100;

/**
 * Collector `tcp_reach`: whether connections from the appliance to what the practice needs open. It says nothing over
 * them, and closes them at once.
 *
 * Parameters
 * - `destinations`: `name=host:port`, separated by commas; 1 to 100
 * - `timeout_ms` (3000): how long each may take to open, name lookup included. 16 are tried at a time
 *
 * Facts, for the analysis `destinations`: `destinations`, lines `name host port state latency`, the state one of `open`,
 * `refused`, `timeout`, `unresolved`, `unreachable` and `error`, the latency in milliseconds or `-`.
 *
 * @throws CollectorError where the destinations are not as they should be
 */
export const collectTcpReach: Collector = async (parameters, signal) => {
  const timeoutMs = integerParameter('tcp_reach', parameters, 'timeout_ms', {
    otherwise: 3_000,
    min: 50,
    max: 60_000,
  });
  const wanted = parseDestinations(textParameter('tcp_reach', parameters, 'destinations', ''));
  if (typeof wanted === 'string') throw new CollectorError('tcp_reach', wanted);
  if (wanted.length === 0 || wanted.length > maxDestinations)
    throw new CollectorError(
      'tcp_reach',
      `it tries 1 to ${maxDestinations} destinations, and has ${wanted.length}`,
    );
  const reaches = await mapConcurrently(wanted, atATime, (each) => reach(each, timeoutMs, signal));
  return { destinations: reaches.map(reachLine) };
};

async function reach(destination: Destination, timeoutMs: number, signal: AbortSignal): Promise<Reach> {
  const connection = await connectTcp(destination, timeoutMs, signal);
  if (connection.state !== 'open') return { ...destination, state: connection.state };
  connection.socket.destroy();
  return { ...destination, state: 'open', latencyMs: connection.latencyMs };
}
