import { ActivityFailure, isCancellation, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { WitnessActivities, WitnessOutcome } from '../../contracts/central-activities.ts';
import { siteTaskQueue } from '../../contracts/ids.ts';
import type { SiteActivities } from '../../contracts/site-activities.ts';
import type { CosignAnswer } from '../../contracts/witnessing.ts';

/** `nothing`: no checkpoint or no witness. `absent`: no appliance of the site answered; the next run asks again. */
export type WitnessingResult = WitnessOutcome | { kind: 'nothing' } | { kind: 'absent' };

const { prepareWitnessRequest, settleWitnessAnswer } = proxyActivities<WitnessActivities>({
  startToCloseTimeout: '5m',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/**
 * Asks the site's witness to cosign the newest checkpoint of its ledger, and keeps the answer. A witness that cosigned another
 * size last is asked once more, from that size.
 */
export async function witness({ site }: { site: string }): Promise<WitnessingResult> {
  let asked = await prepareWitnessRequest({ site });
  if (asked.kind === 'nothing') return asked;
  let answer = await ask(site, asked.body);
  if (answer?.kind === 'refused' && answer.code === 'conflict' && answer.size !== undefined) {
    asked = await prepareWitnessRequest({ site, from: answer.size });
    if (asked.kind === 'nothing') return asked;
    answer = await ask(site, asked.body);
  }
  if (!answer) return { kind: 'absent' };
  const outcome = await settleWitnessAnswer({ site, request: workflowInfo().runId, asked, answer });
  if (outcome.kind !== 'cosigned')
    log.error('the checkpoint of a ledger was not cosigned', { site, ...outcome });
  return outcome;
}

/** The answer of the site's appliance; undefined where none answers. */
async function ask(site: string, request: string): Promise<CosignAnswer | undefined> {
  const { cosignCheckpoint } = proxyActivities<SiteActivities>({
    taskQueue: siteTaskQueue(site),
    scheduleToStartTimeout: '60s',
    startToCloseTimeout: '60s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumAttempts: 3 },
  });
  try {
    return await cosignCheckpoint({ site, request });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    return undefined;
  }
}
