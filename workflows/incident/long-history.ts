import { workflowInfo } from '@temporalio/workflow';

/** History length at which the workflow continues as new; the product's bound is 2,000 events. */
const maxHistoryLength = 1_500;

/** Whether the workflow should continue as new at the next chance. */
export function hasLongHistory(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > maxHistoryLength;
}
