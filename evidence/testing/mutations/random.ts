/** Integers from 0 to below a bound. */
export type Random = (below: number) => number;

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One of the items. Throws RangeError for none. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[random(Math.max(items.length, 1))];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}
