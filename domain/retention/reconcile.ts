import { isAtLeast, type LockMode, type StoredObject } from './stored-object.ts';

/** An object that the ledger says must be in the store. */
export interface ExpectedObject {
  key: string;
  /** SHA-256 of its content, lower-case hex, computed from what the ledger has. Undefined where its content has expired. */
  sha256: string | undefined;
  /** Until when it must be locked. ISO 8601. */
  retainUntil: string;
  legalHold: boolean;
}

export interface ReconcileOptions {
  /** Weakest lock that counts: the store's level. */
  requiredMode: LockMode;
  /** Time at which retention that is over is not asked for any more. ISO 8601. */
  now: string;
}

/** One way in which a store differs from the ledger. */
export type StoreDifference =
  | {
      kind: 'missing';
      key: string;
      /** The only repair there is: the ledger has the content, and its hash proves that it is the same. */
      repair: { kind: 'put_again'; sha256: string; retainUntil: string; legalHold: boolean };
    }
  | { kind: 'other_content'; key: string; expected: string; found: string }
  | { kind: 'content_unknown'; key: string }
  | { kind: 'unexpected'; key: string; bytes: number }
  | { kind: 'not_removed'; key: string }
  | { kind: 'retention_too_short'; key: string; expected: string; found: string | undefined }
  | { kind: 'lock_absent'; key: string; required: LockMode; found: LockMode }
  | { kind: 'hold_absent'; key: string }
  | { kind: 'covered'; key: string };

/** A source is not in ascending order of its keys: nothing said about it could be trusted. */
export class UnorderedKeysError extends Error {
  override readonly name = 'UnorderedKeysError';
}

/**
 * Every difference between what the ledger expects and what the store lists, in the order of their keys. Both sources MUST be in
 * ascending order of their keys (UTF-16 code units) without repetition, and are read once, side by side: memory does not grow with
 * them. An object whose content has expired may be there or not until its lock has ended; after that it is `not_removed`.
 *
 * Only what is `missing` has a repair. Everything else means that somebody or something did what must not happen, and is for a
 * person to judge.
 *
 * @throws UnorderedKeysError
 */
export async function* reconcile(
  expected: Iterable<ExpectedObject> | AsyncIterable<ExpectedObject>,
  stored: Iterable<StoredObject> | AsyncIterable<StoredObject>,
  options: ReconcileOptions,
): AsyncGenerator<StoreDifference, void, undefined> {
  const wanted = ascending('the ledger', expected);
  const found = ascending('the store', stored);
  try {
    let [want, have] = [await wanted.next(), await found.next()];
    while (!want.done || !have.done) {
      if (have.done || (!want.done && want.value.key < have.value.key)) {
        if (want.done) break;
        const { key, sha256, retainUntil, legalHold } = want.value;
        if (sha256 !== undefined) {
          yield { kind: 'missing', key, repair: { kind: 'put_again', sha256, retainUntil, legalHold } };
        }
        want = await wanted.next();
      } else if (want.done || have.value.key < want.value.key) {
        yield { kind: 'unexpected', key: have.value.key, bytes: have.value.bytes };
        have = await found.next();
      } else {
        yield* compare(want.value, have.value, options);
        [want, have] = [await wanted.next(), await found.next()];
      }
    }
  } finally {
    await Promise.all([wanted.return(), found.return()]);
  }
}

/** Every difference between one object as it must be and as it is. */
export function compare(
  expected: ExpectedObject,
  stored: StoredObject,
  { requiredMode, now }: ReconcileOptions,
): StoreDifference[] {
  const { key } = expected;
  const differences: StoreDifference[] = [];
  const isDue = Date.parse(now) < Date.parse(expected.retainUntil) || expected.legalHold;
  if (expected.sha256 === undefined) {
    const isLocked = stored.retainUntil !== undefined && Date.parse(now) <= Date.parse(stored.retainUntil);
    if (!isDue) return isLocked ? [] : [{ kind: 'not_removed', key }];
  } else if (stored.sha256 === undefined) differences.push({ kind: 'content_unknown', key });
  else if (stored.sha256 !== expected.sha256) {
    differences.push({ kind: 'other_content', key, expected: expected.sha256, found: stored.sha256 });
  }
  if (stored.covered) differences.push({ kind: 'covered', key });
  if (expected.legalHold && !stored.legalHold) differences.push({ kind: 'hold_absent', key });
  if (!isDue) return differences;
  if (!isAtLeast(stored.mode, requiredMode)) {
    differences.push({ kind: 'lock_absent', key, required: requiredMode, found: stored.mode });
  }
  if (stored.retainUntil === undefined || Date.parse(stored.retainUntil) < Date.parse(expected.retainUntil)) {
    differences.push({
      kind: 'retention_too_short',
      key,
      expected: expected.retainUntil,
      found: stored.retainUntil,
    });
  }
  return differences;
}

async function* ascending<T extends { key: string }>(
  name: string,
  source: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  let last: string | undefined;
  for await (const item of source) {
    if (last !== undefined && item.key <= last) {
      throw new UnorderedKeysError(`${name} gives ${item.key} after ${last}`);
    }
    last = item.key;
    yield item;
  }
}
