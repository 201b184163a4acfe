import { isAllowed, type AllowEntry } from './allow-list.ts';
import type { Listener } from './listener.ts';

/** What another allow-list would change for the listeners of now. */
export interface AllowListDiff {
  /** Entries that are only in the new list, as written. */
  added: string[];
  /** Entries that are only in the old list, as written. */
  removed: string[];
  /** Allowed now, unexpected then. */
  newlyUnexpected: Listener[];
  /** Unexpected now, allowed then. */
  newlyAllowed: Listener[];
  /** Unexpected with either. */
  stillUnexpected: Listener[];
}

/**
 * What would be different for `listeners` with the allow-list `after` in place of `before` (H14). Give the listeners that
 * the check judges: without those on loopback, unless the check includes them.
 */
export function diffAllowLists(
  before: readonly AllowEntry[],
  after: readonly AllowEntry[],
  listeners: readonly Listener[],
): AllowListDiff {
  const judged = listeners.map((listener) => ({
    listener,
    now: isAllowed(listener, before),
    then: isAllowed(listener, after),
  }));
  const those = (now: boolean, then: boolean) =>
    judged.filter((each) => each.now === now && each.then === then).map(({ listener }) => listener);
  return {
    added: onlyIn(after, before),
    removed: onlyIn(before, after),
    newlyUnexpected: those(true, false),
    newlyAllowed: those(false, true),
    stillUnexpected: those(false, false),
  };
}

/** Compared by meaning, so that `tcp/22` and `tcp/22@any` are the same entry. */
function onlyIn(entries: readonly AllowEntry[], others: readonly AllowEntry[]): string[] {
  const known = new Set(others.map(meaning));
  return entries.filter((entry) => !known.has(meaning(entry))).map(({ text }) => text);
}

function meaning({ protocol, firstPort, lastPort, process, exposure }: AllowEntry): string {
  return [protocol, firstPort, lastPort, process ?? '', exposure].join('/');
}
