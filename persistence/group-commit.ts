/** Work that waits for its turn, gathered by site. */
interface Waiting<Item, Result> {
  item: Item;
  settle: (result: Result) => void;
  fail: (error: unknown) => void;
}

/** Hands items of a site to `commit` in groups; resolves each with its own result. */
export interface GroupCommit<Item, Result> {
  add(site: string, item: Item): Promise<Result>;
}

/**
 * Gathers what arrives while a site's commit is under way and commits it as the next group, so that many waiting
 * writers pay for one flush to disk. Groups of one site follow one another, in the order of arrival; sites do not
 * wait for each other. Where a group fails by `isOwnFault`, its items are committed one by one, so that one bad item
 * fails alone.
 *
 * @param commit resolves to one result an item, in order
 */
export function createGroupCommit<Item, Result>(
  commit: (site: string, items: Item[]) => Promise<Result[]>,
  isOwnFault: (error: unknown) => boolean,
  maxGroup = 256,
): GroupCommit<Item, Result> {
  const queues = new Map<string, Waiting<Item, Result>[]>();

  async function drain(site: string, queue: Waiting<Item, Result>[]): Promise<void> {
    // Lets callers of the same turn of the event loop join the first group.
    await Promise.resolve();
    while (queue.length > 0) await commitGroup(site, queue.splice(0, maxGroup));
    queues.delete(site);
  }

  async function commitGroup(site: string, group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await commit(
        site,
        group.map(({ item }) => item),
      );
      if (results.length !== group.length)
        throw new Error('commit gave another number of results than items');
      for (const [index, result] of results.entries()) group[index]?.settle(result);
    } catch (error) {
      if (group.length === 1 || !isOwnFault(error)) {
        for (const { fail } of group) fail(error);
        return;
      }
      for (const waiting of group) await commitGroup(site, [waiting]);
    }
  }

  return {
    add: (site, item) =>
      new Promise<Result>((settle, fail) => {
        const queue = queues.get(site);
        if (queue) {
          queue.push({ item, settle, fail });
          return;
        }
        const started: Waiting<Item, Result>[] = [{ item, settle, fail }];
        queues.set(site, started);
        void drain(site, started);
      }),
  };
}
