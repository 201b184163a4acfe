import { isGrpcServiceError } from '@temporalio/client';
import { ApiProblem } from '../http/api-problem.ts';

/** gRPC codes that speak of the connection or of load: CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. */
const passing = new Set<number>([1, 4, 8, 14]);

/** ApiProblem `temporal_unavailable` where `error`, or what caused it, says that Temporal is away. */
export function temporalProblem(error: unknown): ApiProblem | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const isAway = isGrpcServiceError(cause)
      ? passing.has(cause.code)
      : cause.message.startsWith('Failed to connect before the deadline');
    if (!isAway) continue;
    return new ApiProblem('temporal_unavailable', 'Try again in a moment; /health says which parts are up.', {
      cause: error,
      headers: { 'Retry-After': '5' },
    });
  }
  return undefined;
}
