import { setTimeout as sleep } from 'node:timers/promises';
import { awaitOrderEndScript } from '../transports/kill-script.ts';
import { TransportError } from '../transports/transport-error.ts';
import type { Transport } from '../transports/transport.ts';

export interface AwaitEndInput {
  transport: Transport;
  host: string;
  orderId: string;
  /** When the order's script has certainly met its own time limit on the host, by our clock. */
  untilMs: number;
  now: () => number;
}

const minimumMs = 2_000;
const pauseMs = 1_000;

/**
 * Waits until the host runs nothing of the order any more, so that who looks next sees a settled state. Looks at least
 * once, and gives up at `untilMs`; resolves to whether the host was seen without.
 */
export async function awaitOrderEnd(input: AwaitEndInput): Promise<boolean> {
  const { transport, host, orderId, untilMs, now } = input;
  do {
    try {
      const { exitCode } = await transport.run({
        host,
        script: awaitOrderEndScript(orderId),
        sudo: true,
        environment: {},
        timeoutMs: Math.max(minimumMs, untilMs - now()),
        keepBytes: 0,
        survivesCut: false,
      });
      if (exitCode === 0) return true;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.code === 'timeout') return false;
    }
    if (now() < untilMs) await sleep(pauseMs);
  } while (now() < untilMs);
  return false;
}
