import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { Execution } from './truth.ts';

const { WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** A new message came while the workflow was about to end: the server asks it to look again, which is as it should be. */
const harmless = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;

/** Every execution the namespace has, as the server tells it. Payloads stay as they are, encrypted. */
export async function readExecutions(address: string, namespace: string): Promise<Execution[]> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    const executions: Execution[] = [];
    for await (const { workflowId, runId, type, status } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const { raw } = await handle.describe();
      executions.push({
        workflowId,
        type,
        status: status.name,
        taskFailures: await taskFailures(handle),
        pendingActivities: raw.pendingActivities?.length ?? 0,
      });
    }
    return executions;
  } finally {
    await connection.close();
  }
}

async function taskFailures(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => {
    if (!failed || failed.cause === harmless) return [];
    return [`${WorkflowTaskFailedCause[failed.cause ?? 0]}: ${failed.failure?.message ?? 'no message'}`];
  });
}
