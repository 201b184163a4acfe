import fc from 'fast-check';
import { createGroupCommit } from './group-commit.ts';

const never = () => false;

test('work that arrives during a commit goes together in the next one', async () => {
  const commits: number[][] = [];
  const groups = createGroupCommit<number, number>(async (_site, items) => {
    commits.push(items);
    await new Promise(setImmediate);
    return items.map((item) => item * 2);
  }, never);
  const first = groups.add('a', 1);
  await new Promise(setImmediate);
  const rest = [2, 3, 4].map((item) => groups.add('a', item));
  expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8]);
  expect(commits).toEqual([[1], [2, 3, 4]]);
});

test('a site does not wait for another', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
  const groups = createGroupCommit<string, string>(async (site, items) => {
    if (site === 'slow') await held;
    return items;
  }, never);
  const slow = groups.add('slow', 'x');
  await expect(groups.add('quick', 'y')).resolves.toBe('y');
  release(undefined);
  await expect(slow).resolves.toBe('x');
});

test('a bad item fails alone where the fault is its own', async () => {
  const groups = createGroupCommit<string, string>(
    async (_site, items) => {
      if (items.includes('bad')) throw new RangeError('bad');
      return items;
    },
    (error) => error instanceof RangeError,
  );
  const results = await Promise.allSettled(['good', 'bad', 'fine'].map((item) => groups.add('a', item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('all fail and nothing is repeated where the outcome is not known', async () => {
  let commits = 0;
  const groups = createGroupCommit<string, string>(async () => {
    commits += 1;
    throw new Error('connection lost');
  }, never);
  const results = await Promise.allSettled(['x', 'y'].map((item) => groups.add('a', item)));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(commits).toBe(1);
  await expect(groups.add('a', 'z')).rejects.toThrow('connection lost');
});

test('whatever the sizes and sites, each item is committed once, in the order of its site', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      async (sites, maxGroup) => {
        const committed: Record<string, number[]> = { a: [], b: [], c: [] };
        const groups = createGroupCommit<number, number>(
          async (site, items) => {
            expect(items.length).toBeLessThanOrEqual(maxGroup);
            await Promise.resolve();
            committed[site]?.push(...items);
            return items;
          },
          never,
          maxGroup,
        );
        const results = await Promise.all(sites.map((site, index) => groups.add(site, index)));
        expect(results).toEqual(sites.map((_, index) => index));
        for (const site of ['a', 'b', 'c']) {
          expect(committed[site]).toEqual(sites.flatMap((of, index) => (of === site ? [index] : [])));
        }
      },
    ),
  );
});
