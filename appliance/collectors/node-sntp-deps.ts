import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { openDatagramSocket } from './open-datagram-socket.ts';
import type { SntpDeps } from './sntp.ts';

/** This machine's clock, names, sockets and randomness, for the SNTP collector. */
export const nodeSntpDeps: SntpDeps = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  // 0 is what a server sends where it has no time; it must not be what we wait for.
  randomNonce: () => randomBytes(8).readBigUInt64BE() || 1n,
  openSocket: openDatagramSocket,
  wait: (ms, signal) => setTimeout(ms, undefined, { signal }),
  lookup: (host) => lookup(host, { order: 'verbatim' }),
};
