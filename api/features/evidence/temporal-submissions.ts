import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import type { SettledRecord } from '../../../contracts/evidence-record.ts';
import { centralTaskQueue, submissionWorkflowId } from '../../../contracts/ids.ts';
import { canonicalJson } from '../../../evidence/canonical-json.ts';
import { sha256 } from '../../../evidence/node/hasher.ts';
import { temporalProblem } from '../temporal-problem.ts';
import type { EvidenceSubmitter } from './evidence-ports.ts';

/** Type name of the workflow that takes records in; the worker holds the key that countersigns them. */
const submitWorkflowType = 'submitEvidence';
const answerTimeoutMs = 30_000;

/** Submissions as workflows, named after what was sent so that a repeated one finds the first. */
export function createTemporalSubmissions(client: Client): EvidenceSubmitter {
  return {
    async submit(site, records) {
      const workflowId = submissionWorkflowId(site, sha256(canonicalJson(records)));
      const answered = async (): Promise<{ settled: SettledRecord[] }> => {
        try {
          await client.workflow.start(submitWorkflowType, {
            workflowId,
            taskQueue: centralTaskQueue,
            args: [{ site, records }],
            workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
            workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
          });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        return client.workflow.getHandle(workflowId).result() as Promise<{ settled: SettledRecord[] }>;
      };
      try {
        const deadline = Date.now() + answerTimeoutMs;
        return (await client.connection.withDeadline(deadline, answered)).settled;
      } catch (error) {
        throw temporalProblem(error) ?? error;
      }
    },
  };
}
