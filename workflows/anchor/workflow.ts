import { continueAsNew, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow';
import type { AnchorActivities } from '../../activities/anchor/anchor-activities.ts';
import { heartbeatTimeoutMs } from '../../contracts/heartbeat.ts';
import { afterLook, afterStamping, type AnchorProgress } from '../../domain/anchor/anchor-progress.ts';
import { type AnchorPolicy, decideNextStep } from '../../domain/anchor/decide-next-step.ts';

/** Input of the anchor workflow. `progress` is there when it continues itself. */
export interface AnchorInput {
  /** UUID of the batch; the workflow's own run where it is not given, as by its schedule. */
  batch?: string;
  policy: AnchorPolicy;
  progress?: AnchorProgress;
}

/** How the anchoring of a batch ended. */
export interface AnchorResult {
  batch: string;
  /** Ledgers in it; 0 where none had grown. */
  size: number;
}

const { formBatch, settleBatch } = proxyActivities<AnchorActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: heartbeatTimeoutMs,
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5m' },
});
// Calendars may be away for months.
const { stampBatch, lookAtBatch } = proxyActivities<AnchorActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: heartbeatTimeoutMs,
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '6h' },
});

const now = () => new Date();

/**
 * Anchors the newest checkpoints of all ledgers as one batch: stamped on several calendars, looked at until a block
 * attests it deep enough, and stamped again where that promises to help. Never gives up.
 */
export async function anchor(input: AnchorInput): Promise<AnchorResult> {
  const batch = input.batch ?? workflowInfo().firstExecutionRunId;
  let progress = input.progress;
  let size = 0;
  if (!progress) {
    const formed = await formBatch({ batch, at: now().toISOString() });
    if (!formed) return { batch, size: 0 };
    size = formed.size;
    progress = afterStamping(undefined, (await stampBatch({ batch })).standings, now());
  }
  for (;;) {
    const step = decideNextStep(progress, input.policy);
    if (step.kind === 'left') return { batch, size };
    if (step.kind === 'done') break;
    const pauseMs = Date.parse(step.at) - now().getTime();
    if (pauseMs > 0) await sleep(pauseMs);
    if (step.kind === 'look') progress = afterLook(progress, await lookAtBatch({ batch }), now());
    else progress = afterStamping(progress, (await stampBatch({ batch })).standings, now());
    if (workflowInfo().historyLength > 1_500)
      await continueAsNew<typeof anchor>({ batch, policy: input.policy, progress });
  }
  await settleBatch({ batch, at: now().toISOString() });
  return { batch, size };
}
