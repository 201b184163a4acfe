/** Objects that are worked on at a time. */
const groupSize = 16;

/**
 * Does `work` for all items, a group at a time, and `done` after each group that succeeded with the number of items done by then.
 * All of a group have ended before its first failure is thrown.
 */
export async function inGroups<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
  done: (count: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (let from = 0; from < items.length; from += groupSize) {
    const group = items.slice(from, from + groupSize);
    const ended = await Promise.allSettled(group.map((item) => work(item)));
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await done(from + group.length);
  }
}
