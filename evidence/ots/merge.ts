import { encodeHex, equalBytes } from '../bytes.ts';
import { type Attestation, compareAttestations, writeAttestation } from './attestation.ts';
import { compareOperations, type Operation, writeOperation } from './operation.ts';
import { OtsError } from './ots-error.ts';
import type { Branch, Timestamp } from './timestamp.ts';

/**
 * All that any of these timestamps of one message knows, each thing once, in the order in which the reference writes it:
 * attestations before operations. Of one timestamp it makes that canonical form. Throws OtsError for different messages.
 */
export function mergeTimestamps(first: Timestamp, ...others: readonly Timestamp[]): Timestamp {
  const all = [first, ...others];
  if (!all.every(({ message }) => equalBytes(message, first.message))) {
    throw new OtsError('different_messages', 'Timestamps of different messages cannot be merged.');
  }
  const attestations = new Map<string, Attestation>();
  const edges = new Map<string, { operation: Operation; nexts: [Timestamp, ...Timestamp[]] }>();
  for (const branch of all.flatMap(({ branches }) => branches)) {
    if ('attestation' in branch) {
      attestations.set(encodeHex(writeAttestation(branch.attestation)), branch.attestation);
      continue;
    }
    const key = encodeHex(writeOperation(branch.operation));
    const edge = edges.get(key);
    if (edge) edge.nexts.push(branch.next);
    else edges.set(key, { operation: branch.operation, nexts: [branch.next] });
  }
  return {
    message: first.message,
    branches: [
      ...[...attestations.values()].sort(compareAttestations).map((attestation): Branch => ({ attestation })),
      ...[...edges.values()]
        .sort((left, right) => compareOperations(left.operation, right.operation))
        .map(({ operation, nexts: [next, ...more] }): Branch => ({
          operation,
          next: mergeTimestamps(next, ...more),
        })),
    ],
  };
}
