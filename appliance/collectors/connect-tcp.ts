import { connect, type Socket } from 'node:net';
import type { ReachState } from '../../domain/posture/destinations.ts';
import type { Endpoint } from '../../domain/posture/endpoint.ts';

/** What came of connecting. The caller closes the socket of `open`. */
export type Connection =
  | { state: 'open'; socket: Socket; latencyMs: number }
  | { state: Exclude<ReachState, 'open'>; reason: string };

const states = new Map<string, Exclude<ReachState, 'open'>>([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timeout'],
  ['ENOTFOUND', 'unresolved'],
  ['EAI_AGAIN', 'unresolved'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['EADDRNOTAVAIL', 'unreachable'],
]);

/** Opens a TCP connection within `timeoutMs`, name lookup included. Rejects only when `signal` aborts. */
export async function connectTcp(
  { host, port }: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted();
  const startMs = performance.now();
  const socket = connect({ host, port, autoSelectFamily: true });
  const settled = Promise.withResolvers<Connection>();
  const onError = (error: NodeJS.ErrnoException) => {
    const code = error.code ?? 'unknown';
    settled.resolve({ state: states.get(code) ?? 'error', reason: code });
  };
  const onAbort = () => {
    settled.reject(signal.reason as Error);
  };
  const timer = setTimeout(() => {
    settled.resolve({ state: 'timeout', reason: 'ETIMEDOUT' });
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  socket.on('error', onError);
  socket.on('connect', () => {
    settled.resolve({ state: 'open', socket, latencyMs: performance.now() - startMs });
  });
  let connection: Connection | undefined;
  try {
    connection = await settled.promise;
    return connection;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    if (connection?.state === 'open') socket.off('error', onError);
    else socket.destroy();
  }
}
