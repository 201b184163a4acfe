import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import type { CollectedOutput } from '../transports/collected-output.ts';
import { TransportError } from '../transports/transport-error.ts';
import type { Transport } from '../transports/transport.ts';
import { scriptOutput } from './script-output.ts';
import { whyFailed } from './why-failed.ts';

export type CapturedState = { ok: true; captured: CollectedOutput } | { ok: false; outcome: OrderOutcome };

/** Bytes of captured state that are kept for a rollback. */
const maxCapturedBytes = 1_048_576;
const nothingChanged = 'The state before could not be read, so nothing was changed';

/** Reads the state about to change. Anything but a complete reading ends the order: there would be no way back. */
export async function captureState(
  transport: Transport,
  order: Order,
  runbook: RunbookDefinition & { capture: string },
  environment: Readonly<Record<string, string>>,
): Promise<CapturedState> {
  try {
    const { exitCode, stdout, stderr } = await transport.run({
      host: order.host,
      script: runbook.capture,
      sudo: true,
      environment,
      timeoutMs: runbook.timeoutMs,
      keepBytes: maxCapturedBytes,
      maxOutputBytes: maxCapturedBytes,
      survivesCut: false,
    });
    if (exitCode === 0) return { ok: true, captured: stdout };
    const message = `${nothingChanged}. ${whyFailed(exitCode, stderr)}`;
    return {
      ok: false,
      outcome: { orderId: order.id, result: 'failed', message, output: scriptOutput(stderr) },
    };
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    const message = `${nothingChanged}: ${error.message}. ${error.nextStep}`;
    return { ok: false, outcome: { orderId: order.id, result: 'failed', message } };
  }
}
