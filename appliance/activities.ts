import { ApplicationFailure, Context } from '@temporalio/activity';
import type { SiteActivities } from '../contracts/site-activities.ts';
import type { Recorder } from './evidence/recorder.ts';
import type { OrderExecutor } from './orders/order-executor.ts';
import { scanPage } from './scanner/scan-page.ts';
import type { Scanner } from './scanner/scanner.ts';
import type { Witness } from './witness/create-witness.ts';

export interface SiteActivityDeps {
  site: string;
  scanner: Pick<Scanner, 'scanHosts' | 'probeCheck' | 'hostIds'>;
  executor: Pick<OrderExecutor, 'execute'>;
  recorder: Pick<Recorder, 'recordScan' | 'handOver'>;
  witness: Witness;
}

/** What the activities need of the one who called them. */
export interface ActivityCall {
  heartbeat(): void;
  readonly cancellationSignal: AbortSignal;
  readonly info: { readonly heartbeatTimeoutMs?: number; readonly attempt: number };
}

/** Heartbeats come this often where the activity has no heartbeat timeout. */
const defaultHeartbeatMs = 5_000;

/**
 * The site's activities as Temporal calls them. Reading stops when it is cancelled; an order, once given, is carried out
 * to its end and journalled, because half a remediation is worse than an unwanted one.
 */
export function createSiteActivities(
  { site, scanner, executor, recorder, witness }: SiteActivityDeps,
  currentCall: () => ActivityCall = () => Context.current(),
): SiteActivities {
  const ofThisSite = (asked: string): void => {
    if (asked === site) return;
    const message = `this appliance serves site ${site}, not ${asked}: send it to the queue of its own site`;
    throw ApplicationFailure.nonRetryable(message, 'wrong_site');
  };
  return {
    scanHosts: ({ onRecord, ...input }) => {
      const call = currentCall();
      return reading(call, async (signal) => {
        ofThisSite(input.site);
        const report = await scanPage(scanner, input, signal);
        // What a cancelled reading found is no finding.
        if (onRecord && !signal.aborted) await recorder.recordScan(report, onRecord, call.info.attempt);
        return report;
      });
    },
    probeCheck: (input) =>
      reading(currentCall(), async (signal) => {
        ofThisSite(input.site);
        return scanner.probeCheck(input, signal);
      }),
    executeOrder: ({ order, verify }) =>
      beating(currentCall(), async () => {
        if (verify !== undefined) ofThisSite(verify.site);
        const outcome = await executor.execute(order);
        if (verify === undefined || outcome.result !== 'completed') return outcome;
        return { ...outcome, verification: await scanner.probeCheck(verify) };
      }),
    handOverEvidence: async ({ site: asked, settled }) => {
      ofThisSite(asked);
      return recorder.handOver({ settled });
    },
    cosignCheckpoint: async ({ site: asked, request }) => {
      ofThisSite(asked);
      return witness.cosign(request);
    },
  };
}

/** Runs what may be cancelled. What a cancelled reading found is not told: its errors are our own. */
async function reading<T>(call: ActivityCall, read: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { cancellationSignal } = call;
  const result = await beating(call, () => read(cancellationSignal));
  cancellationSignal.throwIfAborted();
  return result;
}

/**
 * Tells Temporal that the activity lives for as long as it runs. Not at its beginning: Temporal has just handed it out, and
 * every heartbeat is a write to its database.
 */
async function beating<T>(call: ActivityCall, run: () => Promise<T>): Promise<T> {
  const everyMs = (call.info.heartbeatTimeoutMs ?? defaultHeartbeatMs * 3) / 3;
  const timer = setInterval(() => {
    call.heartbeat();
  }, everyMs);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
