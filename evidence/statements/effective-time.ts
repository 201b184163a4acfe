import { heartbeatPredicateType } from './heartbeat-v1.ts';
import type { Statement } from './read-statement.ts';
import { scanPredicateType } from './scan-v1.ts';

/**
 * The time a statement itself says it was made, by its maker's clock; ISO 8601, UTC. When the ledger took it (`recordedAt` of
 * its entry) is another time, by another clock.
 */
export function effectiveTime({ predicateType, predicate }: Statement): string {
  if (predicateType === heartbeatPredicateType) return predicate.madeAt;
  return predicateType === scanPredicateType ? predicate.endedAt : predicate.recordedAt;
}
