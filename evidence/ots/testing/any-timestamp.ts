import fc from 'fast-check';
import { sha256 } from '../../node/hasher.ts';
import type { Attestation } from '../attestation.ts';
import { applyOperation, maxMessageBytes, type Operation } from '../operation.ts';
import type { Branch, Timestamp } from '../timestamp.ts';

/** Arbitrary timestamps for property tests. */

const bytes = (length: { minLength: number; maxLength: number }) =>
  fc.uint8Array(length).map((array) => Uint8Array.from(array));

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ name: fc.constantFrom('append', 'prepend'), argument: bytes({ minLength: 1, maxLength: 40 }) }),
  fc.record({ name: fc.constantFrom('sha1', 'ripemd160', 'sha256', 'keccak256', 'reverse') }),
  fc.record({ name: fc.constant('hexlify') }),
);

/** Few enough that no result is over the limit: six times hexlify of 32 bytes make 2,048. */
export const anyOperations = fc.array(anyOperation, { maxLength: 5 });

const height = fc.oneof(fc.nat(1_000_000), fc.constantFrom(0, 127, 128, Number.MAX_SAFE_INTEGER));

export const anyAttestation: fc.Arbitrary<Attestation> = fc.oneof(
  fc.record({
    kind: fc.constant('pending' as const),
    uri: fc.constantFrom('https://a.example', 'https://b.example/x', 'http://127.0.0.1:14788', ''),
  }),
  fc.record({ kind: fc.constantFrom('bitcoin', 'litecoin', 'ethereum'), height }),
  fc.record({
    kind: fc.constant('unknown' as const),
    tag: fc.constantFrom('0102030405060708', 'ffffffffffffffff'),
    payload: bytes({ minLength: 0, maxLength: 200 }),
  }),
);

/** What grows to a timestamp once its message is known. */
type Plan = { attestation: Attestation } | { operation: Operation; plans: readonly Plan[] };

const { plans } = fc.letrec<{ plan: Plan; plans: readonly Plan[] }>((tie) => ({
  plan: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record({ attestation: anyAttestation }),
    fc.record({ operation: anyOperation, plans: tie('plans') }),
  ),
  plans: fc.array(tie('plan'), { minLength: 1, maxLength: 3 }),
}));

/** Timestamps of `message` with branches in any order, equal ones included. */
export function anyTimestamp(message: Uint8Array): fc.Arbitrary<Timestamp> {
  return plans.map((all) => grow(message, all));
}

function grow(message: Uint8Array, all: readonly Plan[]): Timestamp {
  return {
    message,
    branches: all.map((plan): Branch => {
      if ('attestation' in plan) return plan;
      // A message may be at its limit already.
      const operation: Operation = message.length > maxMessageBytes / 2 ? { name: 'sha256' } : plan.operation;
      return { operation, next: grow(applyOperation(operation, message, sha256), plan.plans) };
    }),
  };
}
