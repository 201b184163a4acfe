import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isDecisionRefusal } from '../../../contracts/api/problem.ts';
import { acknowledge, decide, releaseFlapping } from '../../../contracts/incident-messages.ts';
import { ApiProblem } from '../../http/api-problem.ts';
import { temporalProblem } from '../temporal-problem.ts';
import { IncidentNotOpenError, type IncidentMessenger } from './incident-ports.ts';

/** Shorter than what proxies and browsers wait. */
const answerTimeoutMs = 20_000;

/**
 * Incidents spoken to by Temporal updates. The update id is made of the caller's request id and credential, so that
 * Temporal itself answers a repeated request with the first answer, even after the incident has closed, and one
 * person's request id never collides with another's.
 */
export function createTemporalMessenger(client: Client, timeoutMs = answerTimeoutMs): IncidentMessenger {
  const send = async <Reply>(workflowId: string, update: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await client.connection.withDeadline(Date.now() + timeoutMs, update);
    } catch (error) {
      throw messageProblem(error, workflowId);
    }
  };
  const updateOptions = (credential: string, requestId: string | undefined) =>
    requestId === undefined ? {} : { updateId: `${requestId}:${credential}` };
  return {
    decide: (id, input) =>
      send(id, () =>
        client.workflow.getHandle(id).executeUpdate(decide, {
          args: [input],
          ...updateOptions(input.actor.credential, input.request.id),
        }),
      ),
    acknowledge: (id, actor, requestId) =>
      send(id, () =>
        client.workflow
          .getHandle(id)
          .executeUpdate(acknowledge, { args: [{ actor }], ...updateOptions(actor.credential, requestId) }),
      ),
    releaseFlapping: (id, actor, requestId) =>
      send(id, () =>
        client.workflow.getHandle(id).executeUpdate(releaseFlapping, {
          args: [{ actor }],
          ...updateOptions(actor.credential, requestId),
        }),
      ),
  };
}

function messageProblem(error: unknown, workflowId: string): unknown {
  if (error instanceof WorkflowNotFoundError) {
    return new IncidentNotOpenError(`no open workflow ${workflowId}`, { cause: error });
  }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message } = error.cause;
    if (isDecisionRefusal(type)) return new ApiProblem(type, message);
    // The server's word for an incident that ended while it was being asked.
    if (type === 'AcceptedUpdateCompletedWorkflow') return notAnsweredYet(error);
    return error;
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isWorkerLost(error)) {
    return notAnsweredYet(error);
  }
  return temporalProblem(error) ?? error;
}

/** gRPC status code. */
const failedPrecondition = 9;

/** Whether the server refuses updates because the workflow's last tasks were lost with their worker. */
function isWorkerLost(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause) && (cause.code as number) === failedPrecondition) return true;
  }
  return false;
}

function notAnsweredYet(cause: unknown): ApiProblem {
  return new ApiProblem(
    'not_answered_yet',
    'The worker may be down. Your request may still take effect: send it again with the same id, or read the incident.',
    { cause, headers: { 'Retry-After': '5' } },
  );
}
