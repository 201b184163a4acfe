import fc from 'fast-check';
import { aStory } from '../test/postgres/builders.ts';
import { isAtLeastAsNew, projectionArguments } from './projection.ts';

const newer = fc.record({
  updatedAt: fc.integer({ min: 0, max: 3 }).map((second) => new Date(second * 1_000).toISOString()),
  eventsDropped: fc.integer({ min: 0, max: 3 }),
});

test('of several stories of one incident only the newest is stored', () => {
  fc.assert(
    fc.property(fc.array(newer, { minLength: 1, maxLength: 8 }), (versions) => {
      const stories = versions.map((version) => aStory(version));
      const [, ids, ...columns] = projectionArguments('main-street', stories) as [
        string,
        string[],
        ...string[][],
      ];
      expect(ids).toHaveLength(1);
      const stored = JSON.parse(columns.at(-1)?.[0] ?? '') as ReturnType<typeof aStory>;
      for (const story of stories) expect(isAtLeastAsNew(stored, story)).toBe(true);
    }),
  );
});

test('incidents of one id that were opened at different times are stored each', () => {
  const stories = [aStory(), aStory({ openedAt: '2026-11-24T10:00:00.000Z' })];
  expect(projectionArguments('main-street', stories)[2]).toEqual(stories.map(({ openedAt }) => openedAt));
});
