import type { Sha256 } from '../digest.ts';
import type { Attestation } from './attestation.ts';
import { applyOperation, type Operation } from './operation.ts';
import type { Branch, Timestamp } from './timestamp.ts';
import { equalBytes } from '../bytes.ts';
import { mergeTimestamps } from './merge.ts';

/** What `operations` make of `message`, one after another. Throws OtsError. */
export function applyPath(message: Uint8Array, operations: readonly Operation[], sha256: Sha256): Uint8Array {
  return operations.reduce((text, operation) => applyOperation(operation, text, sha256), message);
}

/** The timestamp of `message` that leads through `operations` to `branches`. Throws OtsError. */
export function timestampAlong(
  message: Uint8Array,
  operations: readonly Operation[],
  branches: readonly [Branch, ...Branch[]],
  sha256: Sha256,
): Timestamp {
  const [operation, ...rest] = operations;
  if (!operation) return { message, branches };
  const next = timestampAlong(applyOperation(operation, message, sha256), rest, branches, sha256);
  return { message, branches: [{ operation, next }] };
}

/** The timestamp of `message` with one attestation at the end of `operations`. Throws OtsError. */
export function attestedAlong(
  message: Uint8Array,
  operations: readonly Operation[],
  attestation: Attestation,
  sha256: Sha256,
): Timestamp {
  return timestampAlong(message, operations, [{ attestation }], sha256);
}

/**
 * The timestamp with `found` merged into every place where it has `found`'s message: how what a calendar says later about its own
 * commitment gets into a proof. Canonical order.
 */
export function graft(timestamp: Timestamp, found: Timestamp): Timestamp {
  const branches = timestamp.branches.map((branch): Branch =>
    'attestation' in branch ? branch : { operation: branch.operation, next: graft(branch.next, found) },
  );
  const grown: Timestamp = { message: timestamp.message, branches };
  return equalBytes(timestamp.message, found.message)
    ? mergeTimestamps(grown, found)
    : mergeTimestamps(grown);
}
