import type { Attestation } from './attestation.ts';
import type { Operation } from './operation.ts';
import type { Branch, Timestamp } from './timestamp.ts';

/** An attestation, the message it is about, and the operations that lead there from the timestamp's own message. */
export interface Attested {
  readonly attestation: Attestation;
  readonly message: Uint8Array;
  readonly path: readonly Operation[];
}

/** All attestations of a timestamp, in the order of its branches. */
export function* attestationsOf(
  timestamp: Timestamp,
  path: readonly Operation[] = [],
): Generator<Attested, void, undefined> {
  for (const branch of timestamp.branches) {
    if ('attestation' in branch) {
      yield { attestation: branch.attestation, message: timestamp.message, path };
    } else {
      yield* attestationsOf(branch.next, [...path, branch.operation]);
    }
  }
}

/** The timestamp without the attestations that `keep` refuses and without what led only to them; undefined where none is left. */
export function pruneTimestamp(
  timestamp: Timestamp,
  keep: (attested: Attested) => boolean,
  path: readonly Operation[] = [],
): Timestamp | undefined {
  const branches = timestamp.branches.flatMap((branch): Branch[] => {
    if ('attestation' in branch) {
      const { attestation } = branch;
      return keep({ attestation, message: timestamp.message, path }) ? [branch] : [];
    }
    const next = pruneTimestamp(branch.next, keep, [...path, branch.operation]);
    return next ? [{ operation: branch.operation, next }] : [];
  });
  return branches.length === 0 ? undefined : { message: timestamp.message, branches };
}

/** The timestamp and all it leads to, each with what comes from there on. */
export function* nodesOf(timestamp: Timestamp): Generator<Timestamp, void, undefined> {
  yield timestamp;
  for (const branch of timestamp.branches) {
    if ('next' in branch) yield* nodesOf(branch.next);
  }
}
