import type { Story } from '../contracts/story.ts';

/** Stores the newest of the given stories of one site in one transaction; see the migration for the function. */
export const projectionQuery =
  'select project_incidents($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)';

/** Values for `projectionQuery`. One statement cannot store a row twice, so only the newest of an incident goes. */
export function projectionArguments(site: string, stories: Story[]): unknown[] {
  const rows = newestOfEach(stories);
  return [
    site,
    rows.map(({ id }) => id),
    rows.map(({ openedAt }) => openedAt),
    rows.map(({ host }) => host),
    rows.map(({ check }) => check),
    rows.map(({ title }) => title),
    rows.map(({ severity }) => severity),
    rows.map(({ state }) => state),
    rows.map(({ tier }) => tier),
    rows.map(({ resolution }) => resolution ?? null),
    rows.map(({ updatedAt }) => updatedAt),
    rows.map(revisionOf),
    rows.map(({ attempts }) => attempts.length),
    rows.map((story) => JSON.stringify(story)),
  ];
}

/** Whether `one` tells more than `other` of the same incident, or as much. */
export function isAtLeastAsNew(one: Story, other: Story): boolean {
  const difference = Date.parse(one.updatedAt) - Date.parse(other.updatedAt);
  return difference === 0 ? revisionOf(one) >= revisionOf(other) : difference > 0;
}

/** Number of events the story ever had: tells two stories of the same millisecond apart. */
function revisionOf(story: Story): number {
  return story.eventsDropped + story.events.length;
}

function newestOfEach(stories: Story[]): Story[] {
  const newest = new Map<string, Story>();
  for (const story of stories) {
    const key = JSON.stringify([story.id, story.openedAt]);
    const known = newest.get(key);
    if (!known || isAtLeastAsNew(story, known)) newest.set(key, story);
  }
  return [...newest.values()];
}
