import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { Order, OrderOutcome } from '../../contracts/order.ts';
import type { CollectedOutput } from '../transports/collected-output.ts';
import { TransportError } from '../transports/transport-error.ts';
import type { RunRequest, Transport } from '../transports/transport.ts';
import { awaitOrderEnd } from './await-order-end.ts';
import { interruptedMessage } from './conclude-interrupted.ts';
import type { OrderJournal } from './order-journal.ts';
import { scriptOutput, travellingBytes } from './script-output.ts';
import { whyFailed } from './why-failed.ts';

export interface ChangeDeps {
  transport: Transport;
  journal: OrderJournal;
  /** Our clock, in milliseconds. */
  now: () => number;
  /** Time beyond a remediation's limit in which the appliance has to log in anew where the runbook guards access. */
  confirmWithinMs?: number;
}

/** How long after its limit a script may end: SIGTERM, then SIGKILL, then the news of it. */
const limitSlackMs = 5_000;

/**
 * Sends the one script that changes the host, once the journal says so on disk. Where its end is not known, waits until
 * the host runs nothing of it any more before telling.
 */
export async function changeHost(
  deps: ChangeDeps,
  order: Order,
  runbook: RunbookDefinition,
  run: Pick<RunRequest, 'script' | 'environment' | 'stdin'>,
  captured?: CollectedOutput,
): Promise<OrderOutcome> {
  const { transport, journal, now } = deps;
  const { host, id: orderId } = order;
  const startedAtMs = now();
  const endsByMs = startedAtMs + runbook.timeoutMs + limitSlackMs;
  journal.start(orderId, { startedAtMs, endsByMs, captured: captured?.head });
  const outcome = (rest: Pick<OrderOutcome, 'result' | 'message' | 'output'>): OrderOutcome => ({
    orderId,
    ...rest,
    ...(captured === undefined ? {} : { captured: scriptOutput(captured) }),
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: new Date(now()).toISOString(),
  });
  const what = `${order.action === 'rollback' ? 'The rollback' : 'The remediation'} of ${runbook.id}`;
  try {
    const { exitCode, stdout } = await transport.run({
      ...run,
      host,
      sudo: true,
      timeoutMs: runbook.timeoutMs,
      keepBytes: travellingBytes,
      survivesCut: true,
    });
    const output = scriptOutput(stdout);
    return exitCode === 0
      ? outcome({ result: 'completed', message: `${what} ran to its end.`, output })
      : outcome({ result: 'failed', message: `${what} failed. ${whyFailed(exitCode, stdout)}`, output });
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (!error.mayHaveStarted) {
      const message = `${what} was not begun: ${error.message}. ${error.nextStep}`;
      return outcome({ result: 'failed', message });
    }
    const hasEnded = await awaitOrderEnd({ transport, host, orderId, untilMs: endsByMs, now });
    return outcome({ result: 'interrupted', message: interruptedMessage(what, error.message, hasEnded) });
  }
}
