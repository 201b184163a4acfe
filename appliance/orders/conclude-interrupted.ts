import type { OrderOutcome } from '../../contracts/order.ts';
import { OutputCollector } from '../transports/collected-output.ts';
import type { Transport } from '../transports/transport.ts';
import { awaitOrderEnd } from './await-order-end.ts';
import type { JournalEntry } from './order-journal.ts';
import { scriptOutput, travellingBytes } from './script-output.ts';

/** What people read about a script whose end is not known. */
export function interruptedMessage(what: string, why: string, hasEnded: boolean): string {
  const state = hasEnded
    ? 'Nothing of it runs on the host any more'
    : 'The host could not be seen without it, so something of it may still run';
  return `${what} was interrupted: ${why}. ${state}. Check the host before healing again.`;
}

/**
 * The outcome of an order that was started by a process that did not live to see its end. It is not run again: the
 * script may have done all, some or none of its work.
 */
export async function concludeInterrupted(
  deps: { transport: Transport; now: () => number },
  entry: JournalEntry,
): Promise<OrderOutcome> {
  const { transport, now } = deps;
  const startedAtMs = entry.startedAtMs ?? now();
  const untilMs = entry.endsByMs ?? now();
  const hasEnded = await awaitOrderEnd({ transport, host: entry.host, orderId: entry.id, untilMs, now });
  const what = `${entry.action === 'rollback' ? 'The rollback' : 'The remediation'} of ${entry.runbook}`;
  return {
    orderId: entry.id,
    result: 'interrupted',
    message: interruptedMessage(what, 'the appliance stopped while it ran', hasEnded),
    ...(entry.captured === undefined ? {} : { captured: outputOf(entry.captured) }),
    startedAt: new Date(startedAtMs).toISOString(),
    finishedAt: new Date(now()).toISOString(),
  };
}

function outputOf(bytes: Buffer): NonNullable<OrderOutcome['captured']> {
  const collector = new OutputCollector(travellingBytes);
  collector.add(bytes);
  return scriptOutput(collector.finish());
}
