import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { WorkflowIdReusePolicy } from '@temporalio/common';
import { centralTaskQueue, scanWorkflowId } from '../../../contracts/ids.ts';
import { searchAttributes } from '../../../contracts/search-attributes.ts';
import { TypedSearchAttributes } from '@temporalio/common';
import { temporalProblem } from '../temporal-problem.ts';
import type { ScanStarter } from './site-ports.ts';

/** Type name of the scan workflow. */
const scanWorkflowType = 'scan';
const startTimeoutMs = 10_000;

/** Scans as workflows, named after the request so that a repeated one finds the first. */
export function createTemporalScans(client: Client): ScanStarter {
  return {
    async start(input, requestId) {
      const workflowId = scanWorkflowId(input.site, requestId);
      try {
        await client.connection.withDeadline(Date.now() + startTimeoutMs, () =>
          client.workflow.start(scanWorkflowType, {
            workflowId,
            taskQueue: centralTaskQueue,
            args: [input],
            workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
            typedSearchAttributes: new TypedSearchAttributes([
              { key: searchAttributes.site, value: input.site },
            ]),
          }),
        );
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw temporalProblem(error) ?? error;
      }
      return { id: workflowId };
    },
  };
}
