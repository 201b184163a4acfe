import { ActivityFailure, CancelledFailure } from '@temporalio/common';
import type { PlanResult } from '../../contracts/plan.ts';
import type { Story } from '../../contracts/story.ts';
import { planRemediation } from './activities.ts';

/** The model's answer for the drift as it stands. A tier that cannot be asked escalates like one that does not know. */
export async function askPlanner({ latest, attempts }: Story): Promise<PlanResult> {
  try {
    return await planRemediation({
      observation: latest,
      attempts: attempts.map(({ proposal, outcome }) => `${proposal.runbook}: ${outcome?.message ?? ''}`),
      at: new Date().toISOString(),
    });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || error.cause instanceof CancelledFailure) throw error;
    const why = error.cause?.message ?? 'no reason was given';
    return { kind: 'escalate', why: 'unavailable', reason: `The planner could not be asked: ${why}` };
  }
}
