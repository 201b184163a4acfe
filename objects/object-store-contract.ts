import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredObject } from '../domain/retention/stored-object.ts';
import { wholeSecond } from '../domain/retention/plan-tier.ts';
import { ObjectStoreError, type ObjectStoreErrorCode } from './object-store-error.ts';
import { maxObjectBytes, type ObjectStore } from './object-store.ts';
import { sha256Of } from './parse-request.ts';

/** A store under test, opened as the account that stores and as the one that may hold and remove; often the same. */
export interface Subject {
  store: ObjectStore;
  custodian: ObjectStore;
}

/** The code a call fails with. @throws where it succeeds or fails with anything but an ObjectStoreError */
export async function codeOf(call: Promise<unknown>): Promise<ObjectStoreErrorCode> {
  const outcome = await call.then(
    () => 'success',
    (error: unknown) => error,
  );
  if (outcome instanceof ObjectStoreError) {
    expect(outcome.nextStep).toMatch(/\w{3}/);
    return outcome.code;
  }
  throw new Error(`expected an ObjectStoreError, got ${String(outcome)}`);
}

/** `days` from now, in whole seconds. */
export function inDays(days: number): string {
  return wholeSecond(Date.now() + days * 86_400_000);
}

export function putText(store: ObjectStore, key: string, text: string, retainUntil = inDays(30)) {
  const bytes = Buffer.from(text);
  return store.put(key, bytes, { retainUntil, sha256: sha256Of(bytes) });
}

export async function getText(store: ObjectStore, key: string): Promise<string> {
  return Buffer.from(await store.get(key)).toString();
}

export async function listed(
  store: ObjectStore,
  prefix: string,
  options?: { after?: string },
): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix, options)) found.push(object);
  return found;
}

const untilOverMs = 20_000;

/** What every object store promises; declares its tests for the one that `subject` gives. */
export function describeObjectStore(name: string, subject: () => Subject): void {
  describe(`${name} keeps the object store contract`, () => {
    const store = () => subject().store;
    const custodian = () => subject().custodian;

    test('gives back what was stored, and says how it is kept', async () => {
      const retainUntil = inDays(30);
      expect(await putText(store(), 'c/one.json', 'content é\n', retainUntil)).toBe('stored');
      expect(await getText(store(), 'c/one.json')).toBe('content é\n');
      expect(await store().head('c/one.json')).toEqual({
        key: 'c/one.json',
        bytes: 11,
        sha256: sha256Of(Buffer.from('content é\n')),
        retainUntil,
        mode: store().level,
        legalHold: false,
        covered: false,
      });
    });

    test('keeps bytes of every kind and none at all', async () => {
      for (const [key, bytes] of [
        ['c/bytes/all', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
        ['c/bytes/none', Buffer.alloc(0)],
        ['c/bytes/large', Buffer.alloc(3_000_000, 'large')],
      ] as const) {
        await store().put(key, bytes, { retainUntil: inDays(1), sha256: sha256Of(bytes) });
        expect(sha256Of(await store().get(key))).toBe(sha256Of(bytes));
        expect((await store().head(key)).bytes).toBe(bytes.length);
      }
    });

    test('takes the same content again, and keeps the longer retention', async () => {
      const first = inDays(30);
      expect(await putText(store(), 'c/same', 'same', first)).toBe('stored');
      expect(await putText(store(), 'c/same', 'same', inDays(10))).toBe('present');
      expect((await store().head('c/same')).retainUntil).toBe(first);
      const later = inDays(60);
      expect(await putText(store(), 'c/same', 'same', later)).toBe('present');
      expect((await store().head('c/same')).retainUntil).toBe(later);
    });

    test('refuses other content under a key that is taken, and leaves what is there', async () => {
      await putText(store(), 'c/taken', 'first');
      const before = await store().head('c/taken');
      expect(await codeOf(putText(store(), 'c/taken', 'second', inDays(90)))).toBe('conflict');
      expect(await getText(store(), 'c/taken')).toBe('first');
      expect(await store().head('c/taken')).toEqual(before);
    });

    test('lets one of many win a key, and tells all others of the conflict', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          putText(store(), 'c/race', `text ${index}`).catch((error: unknown) => error),
        ),
      );
      const winner = outcomes.indexOf('stored');
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      expect(
        outcomes.filter((outcome) => outcome instanceof ObjectStoreError && outcome.code === 'conflict'),
      ).toHaveLength(11);
      expect(await getText(store(), 'c/race')).toBe(`text ${winner}`);
    });

    test('stores the same content once however many bring it at a time', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => putText(store(), 'c/together', 'the same')),
      );
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'present')).toHaveLength(7);
      expect(await store().head('c/together')).toMatchObject({ covered: false, mode: store().level });
    });

    test('refuses bytes that are not what the caller says, too many bytes and keys that are none', async () => {
      const bytes = Buffer.from('x');
      const options = { retainUntil: inDays(1), sha256: sha256Of(bytes) };
      expect(await codeOf(store().put('c/wrong', Buffer.from('y'), options))).toBe('invalid_request');
      expect(await codeOf(store().head('c/wrong'))).toBe('not_found');
      const large = Buffer.alloc(maxObjectBytes + 1);
      expect(await codeOf(store().put('c/large', large, { ...options, sha256: sha256Of(large) }))).toBe(
        'invalid_request',
      );
      for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/.b', 'A', 'a b', 'a=b', 'a\0', 'é']) {
        expect(await codeOf(store().put(key, bytes, options))).toBe('invalid_request');
        expect(await codeOf(store().get(key))).toBe('invalid_request');
      }
      expect(await codeOf(store().put('c/time', bytes, { ...options, retainUntil: 'soon' }))).toBe(
        'invalid_request',
      );
    });

    test('tells what is not there', async () => {
      expect(await codeOf(store().get('c/nothing'))).toBe('not_found');
      expect(await codeOf(store().head('c/nothing'))).toBe('not_found');
      expect(await codeOf(store().extendRetention('c/nothing', inDays(1)))).toBe('not_found');
      expect(await codeOf(custodian().setLegalHold('c/nothing', true))).toBe('not_found');
      await custodian().removeExpired('c/nothing');
    });

    test('lists keys in order, by prefix, and from where one left off', async () => {
      const numbers = [0, 1, 2, 999, 1_000, 123_456_789_012].map((number) =>
        String(number).padStart(12, '0'),
      );
      const keys = [
        ...numbers.map((number) => `l/e/${number}-a.json`),
        'l/e-b',
        'l/e.c',
        'l/d',
        'l/f/000000000/x',
      ];
      // Stored in another order than they are listed in.
      for (const key of keys.toReversed()) await putText(store(), key, key);
      const all = await listed(store(), 'l/');
      expect(all.map(({ key }) => key)).toEqual(keys.toSorted());
      for (const { key, sha256, mode } of all) {
        expect({ sha256, mode }).toEqual({ sha256: sha256Of(Buffer.from(key)), mode: store().level });
      }
      const entries = keys.filter((key) => key.startsWith('l/e/')).toSorted();
      expect((await listed(store(), 'l/e/')).map(({ key }) => key)).toEqual(entries);
      expect((await listed(store(), 'l/e/00000000')).map(({ key }) => key)).toEqual(entries.slice(0, 5));
      for (const [index, after] of entries.entries()) {
        const rest = await listed(store(), 'l/e/', { after });
        expect(rest.map(({ key }) => key)).toEqual(entries.slice(index + 1));
      }
      // The key to go on from need not be there any more.
      const between = 'l/e/000000000002-b';
      expect((await listed(store(), 'l/e/', { after: between })).map(({ key }) => key)).toEqual(
        entries.slice(3),
      );
      expect(await listed(store(), 'l/none')).toEqual([]);
    });

    test('prolongs a retention and never shortens it', async () => {
      await putText(store(), 'c/long', 'kept', inDays(30));
      const until = inDays(90);
      await store().extendRetention('c/long', until);
      expect((await store().head('c/long')).retainUntil).toBe(until);
      await store().extendRetention('c/long', inDays(1));
      await store().extendRetention('c/long', '2020-01-01T00:00:00.000Z');
      expect((await store().head('c/long')).retainUntil).toBe(until);
      expect(await getText(store(), 'c/long')).toBe('kept');
    });

    test(
      'removes nothing before its time, nor while a hold is on it',
      async () => {
        await putText(store(), 'c/kept', 'kept', inDays(1));
        expect(await codeOf(custodian().removeExpired('c/kept'))).toBe('locked');

        await putText(store(), 'c/short', 'short', wholeSecond(Date.now() + 1_000));
        await custodian().setLegalHold('c/short', true);
        await custodian().setLegalHold('c/short', true);
        const { retainUntil, legalHold } = await store().head('c/short');
        expect(legalHold).toBe(true);
        // Until the retention is over in any case; then only the hold keeps it.
        while (Date.now() <= Date.parse(retainUntil ?? '') + 1_000) await sleep(50);
        expect(await codeOf(custodian().removeExpired('c/short'))).toBe('locked');
        expect(await getText(store(), 'c/short')).toBe('short');

        await custodian().setLegalHold('c/short', false);
        expect((await store().head('c/short')).legalHold).toBe(false);
        await custodian().removeExpired('c/short');
        await custodian().removeExpired('c/short');
        expect(await codeOf(store().get('c/short'))).toBe('not_found');
        expect(await listed(store(), 'c/short')).toEqual([]);

        expect(await putText(store(), 'c/short', 'anew', inDays(1))).toBe('stored');
        expect(await store().head('c/short')).toMatchObject({ legalHold: false, mode: store().level });
      },
      untilOverMs,
    );
  });
}
