import fc from 'fast-check';
import {
  compare,
  type ExpectedObject,
  reconcile,
  type StoreDifference,
  UnorderedKeysError,
} from './reconcile.ts';
import type { StoredObject } from './stored-object.ts';

const hash = (digit: string) => digit.repeat(64);
const options = { requiredMode: 'compliance', now: '2026-04-01T00:00:00.000Z' } as const;
const expected = (key: string, over: Partial<ExpectedObject> = {}): ExpectedObject => ({
  key,
  sha256: hash('a'),
  retainUntil: '2026-06-01T00:00:00.000Z',
  legalHold: false,
  ...over,
});
const stored = (key: string, over: Partial<StoredObject> = {}): StoredObject => ({
  key,
  bytes: 10,
  sha256: hash('a'),
  retainUntil: '2026-06-01T00:00:00.000Z',
  mode: 'compliance',
  legalHold: false,
  covered: false,
  ...over,
});

async function differences(
  want: Iterable<ExpectedObject> | AsyncIterable<ExpectedObject>,
  have: Iterable<StoredObject> | AsyncIterable<StoredObject>,
): Promise<StoreDifference[]> {
  const found: StoreDifference[] = [];
  for await (const difference of reconcile(want, have, options)) found.push(difference);
  return found;
}

test('a store that holds what the ledger says has no difference', async () => {
  const keys = ['a', 'b', 'c'];
  expect(
    await differences(
      keys.map((key) => expected(key)),
      keys.map((key) => stored(key)),
    ),
  ).toEqual([]);
  expect(await differences([], [])).toEqual([]);
});

test('names every difference of one object, and repairs none of them', () => {
  const bad = stored('a', {
    sha256: hash('b'),
    retainUntil: '2026-05-01T00:00:00.000Z',
    mode: 'governance',
    covered: true,
  });
  expect(compare(expected('a', { legalHold: true }), bad, options)).toEqual([
    { kind: 'other_content', key: 'a', expected: hash('a'), found: hash('b') },
    { kind: 'covered', key: 'a' },
    { kind: 'hold_absent', key: 'a' },
    { kind: 'lock_absent', key: 'a', required: 'compliance', found: 'governance' },
    {
      kind: 'retention_too_short',
      key: 'a',
      expected: '2026-06-01T00:00:00.000Z',
      found: '2026-05-01T00:00:00.000Z',
    },
  ]);
});

test('content whose hash the store cannot tell is not taken for right', () => {
  expect(compare(expected('a'), stored('a', { sha256: undefined }), options)).toEqual([
    { kind: 'content_unknown', key: 'a' },
  ]);
});

test('an object without any lock is told as that and as kept too short', () => {
  const free = stored('a', { mode: 'none', retainUntil: undefined });
  expect(compare(expected('a'), free, options).map(({ kind }) => kind)).toEqual([
    'lock_absent',
    'retention_too_short',
  ]);
});

test('a missing object is put again only while the ledger has its content', async () => {
  expect(await differences([expected('a'), expected('b', { sha256: undefined })], [])).toEqual([
    {
      kind: 'missing',
      key: 'a',
      repair: {
        kind: 'put_again',
        sha256: hash('a'),
        retainUntil: '2026-06-01T00:00:00.000Z',
        legalHold: false,
      },
    },
  ]);
});

test('an object whose retention is over needs no lock any more, but still its content', () => {
  const over = expected('a', { retainUntil: options.now });
  const free = stored('a', { mode: 'none', retainUntil: undefined });
  expect(compare(over, free, options)).toEqual([]);
  expect(compare(over, { ...free, sha256: hash('b') }, options).map(({ kind }) => kind)).toEqual([
    'other_content',
  ]);
});

test('an object whose content expired may stay while its lock lasts, and is named after that', () => {
  const gone = expected('a', { sha256: undefined });
  expect(compare(gone, stored('a'), options)).toEqual([]);
  // A plan that was higher once has locked it for longer than today's asks.
  expect(compare({ ...gone, retainUntil: options.now }, stored('a'), options)).toEqual([]);
  const free = stored('a', { retainUntil: new Date(Date.parse(options.now) - 1_000).toISOString() });
  expect(compare({ ...gone, retainUntil: options.now }, free, options)).toEqual([
    { kind: 'not_removed', key: 'a' },
  ]);
});

test('keys out of order or twice stop the reconciliation', async () => {
  const unordered = [stored('b'), stored('a')];
  await expect(differences([expected('a'), expected('b')], unordered)).rejects.toBeInstanceOf(
    UnorderedKeysError,
  );
  await expect(differences([expected('a'), expected('a')], [])).rejects.toBeInstanceOf(UnorderedKeysError);
});

test('finds exactly what was done to a store, in order, whatever it was', async () => {
  const fate = fc.constantFrom(
    'kept',
    'missing',
    'other_content',
    'unexpected',
    'retention_too_short',
    'lock_absent',
    'covered',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 60 }), async (fates) => {
      const want: ExpectedObject[] = [];
      const have: StoredObject[] = [];
      for (const [index, done] of fates.entries()) {
        const key = `k/${String(index).padStart(3, '0')}`;
        if (done !== 'unexpected') want.push(expected(key));
        if (done === 'missing') continue;
        have.push(
          stored(key, {
            ...(done === 'other_content' ? { sha256: hash('b') } : {}),
            ...(done === 'retention_too_short' ? { retainUntil: options.now } : {}),
            ...(done === 'lock_absent' ? { mode: 'advisory' as const } : {}),
            covered: done === 'covered',
          }),
        );
      }
      const found = await differences(want, have);
      const told = found.map(({ kind, key }) => [kind, key]);
      expect(told).toEqual(
        fates.flatMap((kind, index) =>
          kind === 'kept' ? [] : [[kind, `k/${String(index).padStart(3, '0')}`]],
        ),
      );
      for (const difference of found) expect('repair' in difference).toBe(difference.kind === 'missing');
    }),
  );
});

test('reads both sides side by side, so that memory does not grow with them', async () => {
  const count = 20_000;
  let wanted = 0;
  let had = 0;
  async function* want() {
    for (; wanted < count; wanted++) yield expected(String(wanted).padStart(8, '0'));
  }
  async function* have() {
    for (; had < count; had++) {
      expect(Math.abs(had - wanted)).toBeLessThanOrEqual(1);
      yield stored(String(had).padStart(8, '0'));
    }
  }
  expect(await differences(want(), have())).toEqual([]);
  expect([wanted, had]).toEqual([count, count]);
});

test('who stops reading early lets both sources go', async () => {
  const released: string[] = [];
  async function* forever(name: string) {
    try {
      for (let index = 0; ; index++) yield { key: String(index).padStart(8, '0') };
    } finally {
      released.push(name);
    }
  }
  const want = (async function* () {
    for await (const { key } of forever('ledger')) yield expected(key);
  })();
  const have = (async function* () {
    for await (const { key } of forever('store')) yield stored(key, { covered: true });
  })();
  for await (const difference of reconcile(want, have, options)) {
    expect(difference.kind).toBe('covered');
    break;
  }
  expect(released.sort()).toEqual(['ledger', 'store']);
});
